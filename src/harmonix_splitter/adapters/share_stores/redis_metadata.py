"""Metadata as it stands in Redis, and the newest of each session as this server knows it already."""

import json
from collections import OrderedDict
from collections.abc import Sequence

from harmonix_splitter.domain.sharing import METADATA, OPTIONAL
from harmonix_splitter.services.ports.sharing import Metadata

_SESSIONS = 64


class KeptMetadata:
    """Half a hundred kilobytes with every cover: read from Redis only when its mark there is another one."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[bytes, Metadata]] = OrderedDict()

    def keep(self, session: str, mark: bytes, metadata: Metadata) -> None:
        self._kept[session] = mark, metadata
        self._kept.move_to_end(session)
        if len(self._kept) > _SESSIONS:
            self._kept.popitem(last=False)

    def mark(self, session: str) -> bytes:
        return self._kept[session][0] if session in self._kept else b""

    def of(self, session: str, mark: bytes) -> Metadata | None:
        held, metadata = self._kept.get(session, (b"", None))
        return metadata if held == mark else None


def written(metadata: Metadata) -> list[str]:
    """Field, value, field, value: numbers, truths and objects as JSON, texts as they are."""
    said = {name: value for name, value in metadata.items() if value is not None}
    return [part for name, value in said.items() for part in (name, _text(value))]


def read(pairs: Sequence[bytes]) -> Metadata:
    said = {name.decode(): value for name, value in zip(pairs[::2], pairs[1::2], strict=True)}
    return whole({name: _value(kind, said[name]) for name, kind in METADATA.items() if name in said})


def whole(metadata: Metadata) -> Metadata:
    """With None for what the known client's fields lack."""
    return {name: metadata.get(name) for name in METADATA if name in metadata or name not in OPTIONAL}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _value(kind: type, text: bytes) -> object:
    return text.decode() if kind is str else kind(json.loads(text))
