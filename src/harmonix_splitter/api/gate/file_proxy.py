"""Letting the proxy in front of us send files: we say who may have them and where they lie."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

FILE_PROXY = "harmonix.file_proxy"
INTERNAL = "/_harmonix/"


@dataclass(frozen=True)
class FileProxy:
    """`x-accel` (nginx) wants an address of its own that leads to `root`, `x-sendfile` the path itself."""

    kind: str
    root: Path

    def told(self, path: Path) -> tuple[bytes, bytes] | None:
        """The header that hands this file over; None when it lies elsewhere and we send it ourselves."""
        try:
            inside = path.resolve().relative_to(self.root)
        except ValueError:
            return None
        if self.kind == "x-accel":
            return b"x-accel-redirect", (INTERNAL + quote(inside.as_posix())).encode()
        return b"x-sendfile", quote(str(self.root / inside), safe="/ ").encode()
