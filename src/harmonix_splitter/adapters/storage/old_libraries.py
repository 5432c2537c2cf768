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
from harmonix_splitter.services.ports.old_libraries import OldItem, OldLink, OldWords

_AUDIO = {".mp3", ".wav", ".flac", ".m4a", ".ogg", ".opus", ".webm"}
_STEMS = {"vocals", "drums", "bass", "other", "guitar", "piano", "instrumental", "original"}
_IN_LINK = re.compile(r"(?:v=|youtu\.be/|embed/|shorts/)([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])")
_KEY = re.compile(r"\s*([A-Ga-g][#b♯♭]?)\s*((?i:major|maj|minor|min)|m|M)?\s*")
_FLAT = re.compile(r"\{[^{}]*\}")
_ID = re.compile(r'"youtube_id"\s*:\s*"([A-Za-z0-9_-]{11})"')
_SIZES = ("large", "medium", "small", "base", "tiny")
"""Of the speech models, whose names the files of words carry; the best first."""
_MOST_TEXT = 8_000_000


@dataclass(frozen=True)
class OldLibraries:
    """`root` is a data folder, or the folder of an installation that has one in it."""

    root: Path

    def items(self) -> Iterator[OldItem]:
        for home in self._homes():
            yield from _harmonix_library(home)
            yield from _harmonix_users(home)
        yield from self._stemtube()

    def links(self) -> Iterator[OldLink]:
        """Keyed by video id as documented, or by job id as the program really wrote them; then those of files that
        were cut off when ours took their name."""
        for home in self._homes():
            for name in ("library_links.json", "library_links.before*.json"):
                for path in sorted(home.glob(f"outputs/users/*/{name}")):
                    yield from _links_in(path)

    def looked_for(self) -> tuple[str, ...]:
        harmonix = ("library/<video id>/<Name>_<stem>.mp3", "outputs/users/<user>/<job>/<Name>_<stem>.mp3")
        found = [str(home / pattern) for home in (self.root, self.root / "data") for pattern in harmonix]
        return (*found, str(self.root / "**" / "downloads/<title>/audio/stems/<stem>.mp3"))

    def _homes(self) -> list[Path]:
        return [home for home in (self.root, self.root / "data") if home.is_dir()]

    def _stemtube(self) -> Iterator[OldItem]:
        rows = _stemtube_rows(self.root)
        for stems in sorted(self.root.glob("**/downloads/*/audio/stems")):
            originals = [path for path in sorted(stems.parent.iterdir()) if path.suffix.lower() in _AUDIO]
            found = {path.stem.lower(): path for path in sorted(stems.iterdir()) if path.stem.lower() in _STEMS}
            if originals and found:
                title = originals[0].stem
                facts = rows.get(str(originals[0].name), {})
                video_id = str(facts.get("video_id") or "")
                words = facts.get("lyrics_data")
                yield OldItem(
                    folder=stems.parent.parent,
                    video_id=video_id if VIDEO_ID.fullmatch(video_id) else "",
                    title=str(facts.get("title") or "").strip() or title,
                    user="",
                    original=originals[0],
                    stems=found,
                    facts=facts,
                    words=(OldWords("lyrics_data", words),) if isinstance(words, str) else (),
                )


def _harmonix_library(home: Path) -> Iterator[OldItem]:
    for folder in sorted(home.glob("library/*")):
        if VIDEO_ID.fullmatch(folder.name) and folder.is_dir() and not (folder / "recording").exists():
            item = _item(folder, folder.name, _json(folder / "metadata.json"), "")
            if item is not None:
                yield item


def _harmonix_users(home: Path) -> Iterator[OldItem]:
    """Jobs of users, then those of nobody in particular."""
    for pattern in ("outputs/users/*/*", "outputs/anonymous/*"):
        for folder in sorted(path for path in home.glob(pattern) if path.is_dir()):
            facts = _json(folder / "job_metadata.json")
            user = folder.parent.name if pattern.startswith("outputs/users") else ""
            item = _item(folder, _video_id(facts), facts, user)
            if item is not None:
                yield item


def _links_in(path: Path) -> Iterator[OldLink]:
    links = _json(path).get("links") or _salvaged(_text(path))
    for key, entry in links.items() if isinstance(links, dict) else ():
        # `recipes` are in what we wrote ourselves.
        if not isinstance(entry, dict) or "recipes" in entry:
            continue
        video_id = str(entry.get("youtube_id") or key)
        if VIDEO_ID.fullmatch(video_id):
            name, at = (str(entry.get(part) or "") for part in ("display_name", "linked_at"))
            yield OldLink(path.parent.name, video_id, name, at)


def _salvaged(text: str) -> dict[str, Any]:
    """The links of a file that was cut off: whole entries, and the bare id of one that is not."""
    if _parsed(text) is not None:
        return {}
    whole = [
        entry for part in _FLAT.findall(text) if isinstance(entry := _parsed(part), dict) and "youtube_id" in entry
    ]
    return {id: {} for id in _ID.findall(text)} | {str(entry["youtube_id"]): entry for entry in whole}


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
    names = (str(facts.get(name) or "").replace("_", " ").strip() for name in ("title", "display_name"))
    title = next((name for name in names if name), shown.replace("_", " "))
    return OldItem(
        folder, video_id, title, user, original, found, facts, is_truncated=not facts, words=_words_in(folder)
    )


def _words_in(folder: Path) -> tuple[OldWords, ...]:
    """`<Name>_lyrics_<model>.json` of the largest model first, then `<Name>_lyrics.lrc`, which has no words in it."""

    def rank(path: Path) -> tuple[bool, int, str]:
        model = path.stem.rpartition("_lyrics")[2].lstrip("_").split("-")[0]
        return path.suffix.lower() != ".json", _SIZES.index(model) if model in _SIZES else len(_SIZES), path.name

    found = [path for path in folder.glob("*_lyrics*") if path.suffix.lower() in {".json", ".lrc"} and path.is_file()]
    texts = ((path, _text(path)) for path in sorted(found, key=rank))
    return tuple(OldWords(path.name, text) for path, text in texts if text.strip())


def _video_id(facts: Mapping[str, Any]) -> str:
    named = str(facts.get("youtube_video_id") or facts.get("youtube_id") or "")
    if VIDEO_ID.fullmatch(named):
        return named
    linked = _IN_LINK.search(str(facts.get("source_url") or ""))
    return linked.group(1) if linked else ""


def _text(path: Path) -> str:
    """Empty for a file that is missing, unreadable or far too large."""
    try:
        return path.read_text(encoding="utf-8-sig") if path.stat().st_size <= _MOST_TEXT else ""
    except (OSError, ValueError):
        return ""


def _json(path: Path) -> dict[str, Any]:
    """Empty for a file that is missing, or was cut off while it was written."""
    found = _parsed(_text(path))
    return found if isinstance(found, dict) else {}


def _parsed(text: object) -> Any:
    try:
        return json.loads(text) if isinstance(text, str) else None
    except (ValueError, RecursionError):
        return None


def _stemtube_rows(root: Path) -> dict[str, dict[str, Any]]:
    """What StemTube's database knows, by the name of the audio file."""
    rows: dict[str, dict[str, Any]] = {}
    for path in sorted(root.glob("**/stemtubes.db")):
        try:
            with sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True) as database:
                database.row_factory = sqlite3.Row
                for row in database.execute("SELECT * FROM global_downloads"):
                    facts = dict(row)
                    named = Path(str(facts.get("file_path") or "").replace("\\", "/")).name
                    rows[named] = facts | {"music_info": _stemtube_music(facts)}
        except sqlite3.DatabaseError:
            continue
    return rows


def _stemtube_music(row: Mapping[str, Any]) -> dict[str, Any]:
    """Its columns in Harmonix' form; whether they make sense is judged by who reads them."""
    said = row.get("analysis_confidence")
    sure = said if isinstance(said, int | float) else 0.0
    music: dict[str, Any] = {"chords": _parsed(row.get("chords_data"))}
    if row.get("detected_bpm"):
        music["tempo"] = {"bpm": row["detected_bpm"], "confidence": sure}
    if named := _KEY.fullmatch(str(row.get("detected_key") or "")):
        tonic, scale = named[1][0].upper() + named[1][1:], "major" if named[2] in (None, "M") else named[2]
        music["key"] = {"key": tonic, "scale": scale, "confidence": sure}
    beats, positions = _parsed(row.get("beat_times")), _parsed(row.get("beat_positions"))
    return music | {"beats": beats, "beat_positions": positions}


def song_in(folder: Path) -> OldItem | None:
    """The song a folder of the documented library holds, `<video id>/`; None where there are no stems in it."""
    return _item(folder, folder.name, _json(folder / "metadata.json"), "")
