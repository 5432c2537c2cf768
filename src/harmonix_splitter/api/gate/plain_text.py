"""What no database keeps and no answer can carry: NUL, halves of characters, numbers without an end. Refused at the
door, in the address and in what is sent, for every route at once."""

import json
import math
import re
from typing import Any

from starlette.types import Message, Receive

from harmonix_splitter.errors import InvalidRequestError

_ODD = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])|NaN|Infinity|\d[eE]\+?\d\d|\d{19}|[\x00\x80-\xff]")
"""Only a body with one of these is read through here."""
_BITS = 63
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def check_address(path: str, query: bytes) -> None:
    if _NO_TEXT.search(path) or b"%00" in query or b"\x00" in query:
        raise InvalidRequestError("The address holds a character that is none (NUL).")


def check_json(body: bytes) -> None:
    """What cannot be read at all is left to whoever reads it."""
    if not _ODD.search(body):
        return
    try:
        left: list[Any] = [json.loads(body)]
    except (ValueError, RecursionError):
        return
    while left:
        value = left.pop()
        if isinstance(value, dict):
            left += [*value, *value.values()]
        elif isinstance(value, list):
            left += value
        elif isinstance(value, str) and _NO_TEXT.search(value):
            raise InvalidRequestError("A text holds a character that is none (NUL, or half of one).")
        elif isinstance(value, float) and not math.isfinite(value):
            raise InvalidRequestError("A number is not finite.")
        elif isinstance(value, int) and value.bit_length() > _BITS:
            raise InvalidRequestError("A number is too large.")


def check_form(body: bytes) -> None:
    if b"%00" in body or b"\x00" in body:
        raise InvalidRequestError("A field holds a character that is none (NUL).")


_CHECKS = {b"application/json": check_json, b"": check_json, b"application/x-www-form-urlencoded": check_form}


async def looked_through(receive: Receive, media_type: bytes) -> Receive:
    """The same body, looked at when it is of a kind that ends in the database as it is. Raises InvalidRequestError."""
    kind = media_type.partition(b";")[0].strip().lower()
    check = check_json if kind.endswith(b"+json") else _CHECKS.get(kind)
    if check is None:
        return receive
    pieces: list[bytes] = []
    while (message := await receive())["type"] == "http.request":
        pieces.append(message.get("body", b""))
        if not message.get("more_body", False):
            message = {**message, "body": b"".join(pieces)}
            check(message["body"])
            break
    return _once(message, receive)


def _once(first: Message, rest: Receive) -> Receive:
    left = [first]

    async def receive() -> Message:
        return left.pop() if left else await rest()

    return receive
