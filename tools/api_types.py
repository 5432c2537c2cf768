"""Write the studio's types from the API document: `python tools/api_types.py`. A test fails while they are stale.

Answers without a named model are plain objects in the document and keep their hand-written types beside this file.
"""

import tempfile
from pathlib import Path
from typing import Any

PLACE = Path(__file__).resolve().parent.parent / "web/src/api/schema.ts"
_HEAD = "/** Written by tools/api_types.py from the API document; not by hand. */\n"
_PLAIN = {"integer": "number", "number": "number", "string": "string", "boolean": "boolean", "null": "null"}
_NOT_OURS = ("Body_", "HTTPValidationError", "ValidationError")

Schema = dict[str, Any]


def main() -> None:
    PLACE.write_text(types_of(document()), encoding="utf-8")


def document() -> Schema:
    """The API document of a studio in an empty folder."""
    from harmonix_splitter.api.main import create_app
    from harmonix_splitter.bootstrap import studio

    with tempfile.TemporaryDirectory() as folder:
        return create_app(studio({"data.dir": folder, "server.worker_here": False})).openapi()


def types_of(document: Schema) -> str:
    """Every named schema as a TypeScript type, in the order of the alphabet."""
    schemas = document["components"]["schemas"]
    named = [name for name in sorted(schemas) if not name.startswith(_NOT_OURS)]
    return _HEAD + "".join(
        f"\n{_comment(schemas[name])}export type {name} = {_type(schemas[name])};\n" for name in named
    )


def _comment(schema: Schema) -> str:
    said = " ".join(schema.get("description", "").split())
    return f"/** {said} */\n" if said and "*/" not in said else ""


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(_type(choice) for choice in choices))
    if values := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return " | ".join(f"'{value}'" if isinstance(value, str) else str(value).lower() for value in values)
    if schema.get("type") == "array":
        inner = _type(schema.get("items", {}))
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    if schema.get("type") == "object" or "properties" in schema:
        return _object(schema)
    return _PLAIN.get(schema.get("type", ""), "unknown")


def _object(schema: Schema) -> str:
    if "properties" not in schema:
        inner = schema.get("additionalProperties", True)
        return f"Record<string, {_type(inner) if isinstance(inner, dict) else 'unknown'}>"
    required = set(schema.get("required", ()))
    lines = [
        f"  {name}{'' if name in required else '?'}: {_type(kind)};" for name, kind in schema["properties"].items()
    ]
    return "{\n" + "\n".join(lines) + "\n}"


if __name__ == "__main__":
    main()
