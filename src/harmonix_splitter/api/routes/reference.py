"""The API, to be read: a page made of our own document, without a script and without anybody else's server."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import HTMLResponse, Response

router = APIRouter(include_in_schema=False)
Document = Mapping[str, Any]

STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 60rem; padding: 1rem; }
nav ul { columns: 12rem; padding-left: 1.2rem; }
details { border-top: 1px solid; padding: .4rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
code, .method { font-family: ui-monospace, monospace; }
.method { display: inline-block; font-weight: 700; min-width: 4.5rem; }
table { border-collapse: collapse; width: 100%; }
td, th { border-bottom: 1px solid; padding: .2rem .6rem .2rem 0; text-align: left; vertical-align: top; }
"""


@router.get("/docs")
def page(request: Request) -> HTMLResponse:
    return HTMLResponse(_page(request.app, str(request.scope.get("root_path", ""))))


@router.get("/docs/style.css")
def style() -> Response:
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


@lru_cache(maxsize=4)
def _page(app: FastAPI, prefix: str) -> str:
    document = app.openapi()
    groups: dict[str, list[str]] = defaultdict(list)
    for path, ways in document["paths"].items():
        for method, told in ways.items():
            groups[(told.get("tags") or ["other"])[0]].append(_operation(prefix + path, method, told, document))
    links = "".join(f'<li><a href="#{_anchor(name)}">{escape(name)}</a></li>' for name in groups)
    sections = "".join(
        f'<section><h2 id="{_anchor(name)}">{escape(name.capitalize())}</h2>{"".join(told)}</section>'
        for name, told in groups.items()
    )
    title = f"{escape(document['info']['title'])} {escape(document['info']['version'])}: the API"
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width">'
        f'<link rel="stylesheet" href="{escape(prefix)}/docs/style.css"></head><body><h1>{title}</h1>'
        f'<p>The same for programs: <a href="{escape(prefix)}/openapi.json">openapi.json</a>.</p>'
        f'<nav aria-label="Groups"><ul>{links}</ul></nav><main>{sections}</main></body></html>'
    )


def _operation(path: str, method: str, told: Document, document: Document) -> str:
    body: Document = told.get("requestBody", {}).get("content", {})
    schema: Document = next((form.get("schema", {}) for form in body.values()), {})
    parts = [f"<p>{escape(told['description'])}</p>" if told.get("description") else ""]
    parts.append(f"<p>{escape(_who(told.get('security', ())))}</p>")
    parts.append(_table("Parameters", [_parameter(one, document) for one in told.get("parameters", ())]))
    parts.append(_table(f"Body ({', '.join(body)})", list(_fields(schema, document))))
    answers = [(status, "", answer.get("description", "")) for status, answer in told.get("responses", {}).items()]
    parts.append(_table("Answers", answers))
    return (
        f'<details><summary><span class="method">{method.upper()}</span> <code>{escape(path)}</code> '
        f"{escape(told.get('summary', ''))}</summary>{''.join(parts)}</details>"
    )


def _who(doors: Sequence[Mapping[str, Sequence[str]]]) -> str:
    """`Opened by: session (member), apiKey (write)`."""
    shown = [f"{name} ({', '.join(asked)})" if asked else name for door in doors for name, asked in door.items()]
    open_to_all = ["nothing"] if not doors or {} in doors else []
    return f"Opened by: {', '.join(shown + open_to_all)}."


def _parameter(one: Document, document: Document) -> tuple[str, str, str]:
    place = f"{one['in']}, required" if one.get("required") else str(one["in"])
    return one["name"], _kind(one.get("schema", {}), document), f"{place}. {one.get('description', '')}".strip()


def _fields(schema: Document, document: Document) -> Iterator[tuple[str, str, str]]:
    schema = _resolved(schema, document)
    required = set(schema.get("required", ()))
    for name, field in schema.get("properties", {}).items():
        told = str(field.get("description", ""))
        yield name, _kind(field, document), f"required. {told}".strip() if name in required else told


def _kind(schema: Document, document: Document) -> str:
    """The type in a word or two: `list of text`, `one of a, b`."""
    if "$ref" in schema:
        found = _resolved(schema, document)
        return _kind(found, document) if "enum" in found else str(schema["$ref"]).rpartition("/")[2]
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"]))
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return " or ".join(dict.fromkeys(_kind(one, document) for one in schema[choice]))
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}), document)}"
    return str(schema.get("format") or schema.get("type", "anything"))


def _resolved(schema: Document, document: Document) -> Document:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: Document = document.get("components", {}).get("schemas", {}).get(name, schema) if name else schema
    return found


def _table(title: str, rows: list[tuple[str, str, str]]) -> str:
    if not rows:
        return ""
    lines = "".join(
        f"<tr><th scope=row><code>{escape(str(name))}</code></th><td>{escape(kind)}</td><td>{escape(about)}</td></tr>"
        for name, kind, about in rows
    )
    return f"<h3>{escape(title)}</h3><table>{lines}</table>"


def _anchor(name: str) -> str:
    return "".join(sign if sign.isalnum() else "-" for sign in name.lower())
