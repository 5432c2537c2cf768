"""What JSON looks like here: camelCase out, camelCase or snake_case in, nothing unknown swallowed."""

import re
from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class Answer(BaseModel):
    """Something we say."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, frozen=True, from_attributes=True)


class Wish(BaseModel):
    """Something we are asked. An unknown field is a misspelt one, and said so."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, extra="forbid", allow_inf_nan=False
    )


class Problem(BaseModel):
    """RFC 9457 problem details. `code` is stable, `detail` is for people, `advice` is the next step."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    error: str
    advice: str | None = None


Documented = dict[int | str, dict[str, Any]]


def _documented(said: dict[int, str]) -> Documented:
    return {
        status: {"description": what, "model": Problem, "content": {"application/problem+json": {}}}
        for status, what in said.items()
    }


STALE = _documented({412: "Somebody changed it meanwhile; the ETag is the current one"})

PROBLEMS = _documented(
    {
        400: "The request cannot be understood",
        401: "Sign in first",
        403: "Not allowed",
        404: "Not there",
        409: "Somebody was first",
        413: "Too large",
        429: "Too many requests",
    }
)
"""The problem details of a router's routes; `responses=PROBLEMS` writes them into the API document."""

_EVERYWHERE = {
    **PROBLEMS,
    **STALE,
    **_documented(
        {
            415: "The file cannot be used",
            416: "The file ends before that range",
            422: "Well formed, but out of place",
            502: "The web let us down",
            503: "Come back in a moment",
            507: "The disk is full",
        }
    ),
}
_OPERATIONS = ("get", "put", "post", "patch", "delete")


def completed(document: dict[str, Any]) -> dict[str, Any]:
    """The API document with what any route may answer, and without the framework's own answer to invalid requests:
    ours is a problem like any other."""
    parts = document.setdefault("components", {})
    parts["responses"] = {f"Problem{status}": _problem(told["description"]) for status, told in _EVERYWHERE.items()}
    parts["responses"] |= {f"Refusal{status}": _refusal(told["description"]) for status, told in _EVERYWHERE.items()}
    parts.setdefault("schemas", {}).setdefault("Problem", Problem.model_json_schema())
    for path, operations in document["paths"].items():
        for operation in (operations[word] for word in _OPERATIONS if word in operations):
            _name_the_gaps(path, operation)
            if "HTTPValidationError" in str(operation["responses"].get("422", "")):
                del operation["responses"]["422"]
            _tell_problems(operation["responses"], in_old_shape=path.startswith("/api/share/"))
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    return document


def _name_the_gaps(path: str, operation: dict[str, Any]) -> None:
    """Every gap in a path is a parameter: routes that read their own path do not say so themselves."""
    named = operation.setdefault("parameters", [])
    known = {parameter["name"] for parameter in named if parameter["in"] == "path"}
    for gap in re.findall(r"{([^}]+)}", path):
        if gap not in known:
            named.append({"name": gap, "in": "path", "required": True, "schema": {"type": "string"}})


def _tell_problems(responses: dict[str, Any], *, in_old_shape: bool) -> None:
    """What is not told yet; sessions also refuse in the shape their desktop client knows."""
    for status in _EVERYWHERE:
        if in_old_shape:
            responses[str(status)] = {"$ref": f"#/components/responses/Refusal{status}"}
        else:
            responses.setdefault(str(status), {"$ref": f"#/components/responses/Problem{status}"})


def _refusal(said: str) -> dict[str, Any]:
    either = _problem(said)
    shape = {"type": "object", "properties": {"success": {"type": "boolean"}, "error": {"type": "string"}}}
    return {**either, "content": {**either["content"], "application/json": {"schema": shape}}}


def _problem(said: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": said, "content": {"application/problem+json": {"schema": schema}}}
