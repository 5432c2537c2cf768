"""Songs somebody put into the library's folder by hand, in the layout the documents show."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harmonix_splitter.adapters.storage.durable import disk_errors
from harmonix_splitter.adapters.storage.old_libraries import song_in
from harmonix_splitter.domain.library import MANIFEST, RECORDING
from harmonix_splitter.domain.sources import VIDEO_ID
from harmonix_splitter.services.ports.old_libraries import OldItem


@dataclass(frozen=True)
class HandPlacedFolders:
    root: Path

    def folders(self) -> Iterator[str]:
        for folder in sorted(self.root.glob("*")):
            if VIDEO_ID.fullmatch(folder.name) and folder.is_dir() and not _made_here(folder):
                yield folder.name

    def song(self, video_id: str) -> OldItem | None:
        folder = self.root / video_id
        if not VIDEO_ID.fullmatch(video_id) or not folder.is_dir() or _made_here(folder) - {RECORDING}:
            return None
        with disk_errors(f"read {video_id}"):
            return song_in(folder)


def _made_here(folder: Path) -> set[str]:
    """The places in a folder that have a manifest of ours."""
    return {manifest.parent.name for manifest in folder.glob(f"*/{MANIFEST}")}
