"""Finds what older programs left on disk: Harmonix' library and user folders, StemTube's downloads."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harmonix_splitter.domain.separation import stem_name
from harmonix_splitter.domain.sources import VIDEO_ID
from harmonix_splitter.services.ports.old_libraries import OldItem, OldLink

_AUDIO = {".mp3", ".wav", ".flac", ".m4a", ".ogg", ".opus", ".webm"}
_STEMS = {"vocals", "drums", "bass", "other", "guitar", "piano", "instrumental", "original"}
_IN_LINK = re.compile(r"(?:v=|youtu\.be/|embed/|shorts/)([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])")


@dataclass(frozen=True)
class OldLibraries:
    root: Path

    def items(self) -> Iterator[OldItem]:
        yield from self._harmonix_library()
        yield from self._harmonix_users()
        yield from self._stemtube()

    def links(self) -> Iterator[OldLink]:
        """Keyed by video id as documented, or by job id as the program really wrote them."""
        for path in sorted(self.root.glob("outputs/users/*/library_links.json")):
            for key, entry in (_json(path).get("links") or {}).items():
                video_id = str(entry.get("youtube_id") or key)
                if VIDEO_ID.fullmatch(video_id):
                    yield OldLink(path.parent.name, video_id, str(entry.get("display_name") or ""))

    def _harmonix_library(self) -> Iterator[OldItem]:
        for folder in sorted(self.root.glob("library/*")):
            if VIDEO_ID.fullmatch(folder.name) and not (folder / "recording").exists():
                facts = _json(folder / "metadata.json")
                item = _item(folder, folder.name, facts, "")
                if item is not None:
                    yield item

    def _harmonix_users(self) -> Iterator[OldItem]:
        for folder in sorted(self.root.glob("outputs/users/*/*")):
            if folder.is_dir():
                facts = _json(folder / "job_metadata.json")
                item = _item(folder, _video_id(facts), facts, folder.parent.name)
                if item is not None:
                    yield item

    def _stemtube(self) -> Iterator[OldItem]:
        rows = _stemtube_rows(self.root)
        for stems in sorted(self.root.glob("**/downloads/*/audio/stems")):
            originals = [path for path in sorted(stems.parent.iterdir()) if path.suffix.lower() in _AUDIO]
            found = {path.stem.lower(): path for path in stems.iterdir() if path.stem.lower() in _STEMS}
            if originals and found:
                title = originals[0].stem
                facts = rows.get(str(originals[0].name), {})
                yield OldItem(
                    folder=stems.parent.parent,
                    video_id=str(facts.get("video_id") or ""),
                    title=str(facts.get("title") or title),
                    user="",
                    original=originals[0],
                    stems=found,
                    facts=facts,
                )


def _item(folder: Path, video_id: str, facts: Mapping[str, Any], user: str) -> OldItem | None:
    """Stems are named `<Name>_<stem>.<ext>`; the name itself may hold underscores."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = stem_name(path.stem.rsplit("_", 1)[-1])
        if path.suffix.lower() in _AUDIO and name in _STEMS:
            found.setdefault(name, path)
    original = found.pop("original", None)
    if not found:
        return None
    shown = next(iter(found.values())).stem.rsplit("_", 1)[0]
    title = str(facts.get("title") or facts.get("display_name") or shown).replace("_", " ")
    return OldItem(folder, video_id, title, user, original, found, facts, is_truncated=not facts)


def _video_id(facts: Mapping[str, Any]) -> str:
    named = str(facts.get("youtube_video_id") or facts.get("youtube_id") or "")
    if VIDEO_ID.fullmatch(named):
        return named
    linked = _IN_LINK.search(str(facts.get("source_url") or ""))
    return linked.group(1) if linked else ""


def _json(path: Path) -> dict[str, Any]:
    """Empty for a file that is missing, or was cut off while it was written."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _stemtube_rows(root: Path) -> dict[str, dict[str, Any]]:
    """What StemTube's database knows, by the name of the audio file."""
    rows: dict[str, dict[str, Any]] = {}
    for path in root.glob("**/stemtubes.db"):
        try:
            with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
                database.row_factory = sqlite3.Row
                for row in database.execute("SELECT * FROM global_downloads"):
                    rows[Path(str(row["file_path"] or "")).name] = dict(row)
        except sqlite3.DatabaseError:
            continue
    return rows


def song_in(folder: Path) -> OldItem | None:
    """The song a folder of the documented library holds, `<video id>/`; None where there are no stems in it."""
    return _item(folder, folder.name, _json(folder / "metadata.json"), "")
