"""What JSON looks like here: camelCase out, camelCase or snake_case in, nothing unknown swallowed."""

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """Something we say."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, from_attributes=True)


class Wish(BaseModel):
    """Something we are asked. An unknown field is a misspelt one, and said so."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid")


class Problem(BaseModel):
    """RFC 9457 problem details. `code` is stable, `detail` is for people, `advice` is the next step."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    error: str
    advice: str | None = None


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": what,
        "model": Problem,
        "content": {"application/problem+json": {}},
    }
    for status, what in {
        400: "The request cannot be understood",
        401: "Sign in first",
        403: "Not allowed",
        404: "Not there",
        409: "Somebody was first",
        413: "Too large",
        429: "Too many requests",
    }.items()
}
"""The problem details any route may answer; `responses=PROBLEMS` writes them into the API document."""
