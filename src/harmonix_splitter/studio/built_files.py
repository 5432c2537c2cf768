"""The files of the built studio, held in memory: read once, compressed once, and nothing outside the list exists."""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

_TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json", ".woff2": "font/woff2"}
_SHRINKS = ("text/", "application/json", "application/manifest", "image/svg", "application/wasm")
_HIDDEN = (".vite/",)


@dataclass(frozen=True)
class BuiltFile:
    """One file as it is sent; `gzipped` is empty where compressing gains nothing."""

    name: str
    body: bytes

    @cached_property
    def media_type(self) -> str:
        suffix = Path(self.name).suffix
        return _TYPES.get(suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'

    @cached_property
    def gzipped(self) -> bytes:
        if not self.media_type.startswith(_SHRINKS):
            return b""
        small = gzip.compress(self.body, 9, mtime=0)
        return small if len(small) < len(self.body) else b""


@dataclass(frozen=True)
class BuiltFiles:
    """Looked up by name in a list made at the first request: no path of a request ever touches the disk."""

    folder: Path

    def get(self, name: str) -> BuiltFile | None:
        return self._files.get(name)

    def page(self, name: str, changes: Mapping[str, str]) -> BuiltFile | None:
        """A page with some of its text replaced, made once."""
        if name not in self._files:
            return None
        if name not in self._pages:
            text = self._files[name].body.decode()
            for old, new in changes.items():
                text = text.replace(old, new)
            self._pages[name] = BuiltFile(name, text.encode())
        return self._pages[name]

    @cached_property
    def _files(self) -> dict[str, BuiltFile]:
        names = {path.relative_to(self.folder).as_posix(): path for path in self.folder.rglob("*") if path.is_file()}
        return {
            name: BuiltFile(name, path.read_bytes()) for name, path in names.items() if not name.startswith(_HIDDEN)
        }

    @cached_property
    def _pages(self) -> dict[str, BuiltFile]:
        return {}
