"""Versions of what can be edited, as ETag and If-Match carry them."""

from typing import Annotated

from fastapi import Header

from harmonix_splitter.errors import InvalidRequestError

IfMatch = Annotated[str, Header(alias="if-match", max_length=200)]


def tag_of(number: int) -> str:
    return f'"{number}"'


def number_in(if_match: str) -> int | None:
    """The version an If-Match names; None when any will do."""
    plain = if_match.strip().removeprefix("W/").strip('"')
    if plain in {"", "*"}:
        return None
    if not (plain.isascii() and plain.isdigit() and len(plain) < 10):
        raise InvalidRequestError(
            "If-Match is the ETag of what was read, a version number in quotes.",
            advice="What is saved is in the library's times: read it without times=mine first.",
        )
    return int(plain)
