"""How much somebody may send. Counted while it arrives: what Content-Length says is only a first hint."""

from starlette.types import Message, Receive

from harmonix_splitter.errors import BodyTooLargeError

FORM_BYTES = 2_000_000


class CountedBody:
    """Passes a request's body on until it is larger than allowed; from then on the sender seems to have left."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self.is_too_large = False

    async def __call__(self) -> Message:
        if self.is_too_large:
            return {"type": "http.disconnect"}
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                self.is_too_large = True
                return {"type": "http.disconnect"}
        return message


def may_carry_a_body(given: dict[bytes, bytes], http_version: str) -> bool:
    """RFC 9112 6.3: a request of HTTP/1 without these two headers has no body."""
    return b"content-length" in given or b"transfer-encoding" in given or not http_version.startswith("1")


def declared_length(headers: dict[bytes, bytes]) -> int:
    """What the sender announces, 0 when nothing sensible."""
    value = headers.get(b"content-length", b"0")
    return int(value) if value.isdigit() and len(value) < 20 else 0


def too_large(limit: int) -> BodyTooLargeError:
    size = f"{limit // 1_000_000} MB" if limit >= 1_000_000 else f"{limit} bytes"
    return BodyTooLargeError(f"That is more than {size}.", limit=limit)


def carries_files(headers: dict[bytes, bytes]) -> bool:
    kind = headers.get(b"content-type", b"").lower()
    return kind.startswith((b"multipart/form-data", b"application/octet-stream", b"audio/", b"video/"))
