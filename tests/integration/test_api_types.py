"""The studio's types are those of the API as it is now."""

from tools import api_types


def test_the_types_of_the_studio_are_fresh() -> None:
    now = api_types.types_of(api_types.document())

    assert api_types.PLACE.read_text(encoding="utf-8") == now, "stale: run python tools/api_types.py"


def test_every_kind_of_field_becomes_its_type() -> None:
    fields = {
        "id": {"type": "string"},
        "size": {"type": "integer"},
        "kind": {"$ref": "#/components/schemas/Kind"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "tags": {"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "number"}]}},
        "facts": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "other": {},
    }
    schemas = {
        "Kind": {"enum": ["a", "b"], "type": "string", "description": "Two\n kinds."},
        "Thing": {"type": "object", "properties": fields, "required": ["id", "kind"]},
        "Body_upload": {"type": "object"},
    }

    written = api_types.types_of({"components": {"schemas": schemas}})

    assert "/** Two kinds. */\nexport type Kind = 'a' | 'b';" in written
    assert "  id: string;\n  size?: number;\n  kind: Kind;\n  note?: string | null;" in written
    assert "  tags?: (string | number)[];\n  facts?: Record<string, boolean>;\n  other?: unknown;" in written
    assert "Body_upload" not in written
