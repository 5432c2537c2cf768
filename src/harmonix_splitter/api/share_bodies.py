"""What sharers send and listeners get, as the documents write it. msgspec: half a second of sound is 235 kB of JSON."""

import math
from collections.abc import Iterable
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
import pybase64
from starlette.requests import Request
from starlette.responses import Response

from harmonix_splitter.domain.sharing import Chunk
from harmonix_splitter.errors import (
    BodyTooLargeError,
    ChunkRefusedError,
    HarmonixError,
    InvalidRequestError,
    NotAllowedError,
)


class StartBody(msgspec.Struct):
    sessionId: str  # noqa: N815  (the documents' names)
    protect: bool = False
    record: bool = False
    together: bool = False
    songId: str = ""  # noqa: N815


class AudioBody(msgspec.Struct):
    data: msgspec.Raw
    sequenceNumber: int  # noqa: N815
    sampleRate: int = 44_100  # noqa: N815
    channels: int = 2
    timestamp: float = 0


_START = msgspec.json.Decoder(StartBody)
_AUDIO = msgspec.json.Decoder(AudioBody)
_TEXT = msgspec.json.Decoder(str)
_ANYTHING = msgspec.json.Decoder(dict[str, Any])
_encode = msgspec.json.Encoder().encode
_WRITTEN: WeakKeyDictionary[Chunk, bytes] = WeakKeyDictionary()


async def body_of(request: Request, limit: int) -> bytes:
    """The whole body, refused as soon as it is known to be too long."""
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > limit:
        raise BodyTooLargeError(f"The body may have {limit} bytes at most.")
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise BodyTooLargeError(f"The body may have {limit} bytes at most.")
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def start_of(body: bytes) -> StartBody:
    found: StartBody = _decoded(_START, body)
    return found


def metadata_of(body: bytes) -> dict[str, Any]:
    found: dict[str, Any] = _decoded(_ANYTHING, body)
    return found


def chunk_of(body: bytes, received: int) -> Chunk:
    """The posted chunk, checked for shape; `received` is our clock."""
    said: AudioBody = _decoded(_AUDIO, body)
    if not 8_000 <= said.sampleRate <= 192_000 or said.channels not in {1, 2}:
        raise ChunkRefusedError("sampleRate must be 8000 to 192000 and channels 1 or 2.")
    payload = _sound(said.data)
    timestamp = int(said.timestamp) if math.isfinite(said.timestamp) and 0 <= said.timestamp < 2**53 else 0
    return Chunk(said.sequenceNumber, payload, said.sampleRate, said.channels, timestamp, received)


def _sound(written: msgspec.Raw) -> bytes:
    """The bytes of a JSON text in base64, without making a text of it first."""
    raw = memoryview(written)
    if bytes(raw[:1]) != b'"':
        raise InvalidRequestError("The body is not what was expected: data must be text.")
    try:
        return pybase64.b64decode(raw[1:-1], validate=True)
    except ValueError:
        pass  # Some clients escape the plus sign: then it is a text that must be read first.
    try:
        return pybase64.b64decode(_decoded(_TEXT, bytes(raw)), validate=True)
    except ValueError:
        raise ChunkRefusedError("data is not base64.") from None


def _decoded(decoder: Any, body: bytes) -> Any:
    try:
        return decoder.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as wrong:
        raise InvalidRequestError(f"The body is not what was expected: {wrong}.") from None


def chunks_as_json(chunks: Iterable[Chunk]) -> bytes:
    return b"[" + b",".join(map(_as_json, chunks)) + b"]"


def _as_json(chunk: Chunk) -> bytes:
    """Written once, however many listeners ask for it, and kept for as long as the chunk itself is."""
    text = _WRITTEN.get(chunk)
    if text is None:
        said = {
            "sampleRate": chunk.sample_rate,
            "channels": chunk.channels,
            "timestamp": chunk.timestamp or chunk.received,
            "sequenceNumber": chunk.sequence,
        }
        text = b'{"data":"%b",%b' % (pybase64.b64encode(chunk.payload), _encode(said)[1:])
        _WRITTEN[chunk] = text
    return text


def answer(data: Any, status: int = 200) -> Response:
    content = data if isinstance(data, bytes) else _encode(data)
    return Response(content, status, media_type="application/json")


def refusal(error: HarmonixError, status: int, retry_after: float | None) -> Response:
    """The documents' shape of a refusal, with our code and advice beside it."""
    body = {"success": False, "error": error.message, "code": error.code}
    if error.advice:
        body["advice"] = error.advice
    if isinstance(error, NotAllowedError):
        body["owner"] = False
    response = answer(body, status)
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, math.ceil(retry_after)))
    return response
