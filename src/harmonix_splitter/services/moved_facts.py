"""What older programs say about a song, as we write it down: what is not in a form we know is left out."""

import hashlib
import json
import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from harmonix_splitter.domain.analysis import Analysis
from harmonix_splitter.domain.library import TOLD
from harmonix_splitter.domain.lyrics import Lyrics, Provenance, Timing
from harmonix_splitter.domain.lyrics.shapes import lyrics_from
from harmonix_splitter.domain.lyrics_formats import lrc
from harmonix_splitter.domain.separation import Mode, Quality, Recipe
from harmonix_splitter.domain.songs import LONGEST_TEXT, UNKNOWN, SongFacts, facts_of_tags
from harmonix_splitter.domain.sources import Source, upload, youtube
from harmonix_splitter.errors import AudioError, HarmonixError
from harmonix_splitter.services.ports.old_libraries import OldItem, OldWords

_MALFORMED = (HarmonixError, AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError)
_FIRST = datetime(2000, 1, 1, tzinfo=UTC)
_FASTEST = 1000.0
_OF_THE_WHOLE = ("language", "language_confidence", "duration", "model")


def old_source(old: OldItem) -> Source:
    """A video where its id is known, else an upload known by the bytes of its original (or first stem)."""
    if old.video_id:
        return youtube(old.video_id)
    files = (old.original, *old.stems.values())
    heard = next((path for path in files if path is not None and path.stat().st_size), None)
    if heard is None:
        raise AudioError("All of its files are empty.")
    return upload(hashlib.sha256(heard.read_bytes()).hexdigest())


def old_recipe(old: OldItem) -> Recipe:
    """What the metadata says, or what the stems show."""
    mode = Mode.KARAOKE if "instrumental" in old.stems and "drums" not in old.stems else Mode.GROUPED
    try:
        quality = Quality(str(old.facts.get("quality") or Quality.BALANCED))
    except ValueError:
        quality = Quality.BALANCED
    return Recipe(mode, quality)


def old_card(old: OldItem, tags: Mapping[str, str]) -> SongFacts:
    """As its metadata names it; where that was cut off, as the audio's tags do, or its name."""
    found = facts_of_tags(tags, f"{old.title}.audio")
    if not str(old.facts.get("title") or "").strip():
        return found
    artist = str(old.facts.get("artist") or "").strip() or tags.get("artist") or UNKNOWN
    return replace(found, title=old.title[:LONGEST_TEXT], artist=artist[:LONGEST_TEXT])


def moment_of(now: datetime, *said: object) -> datetime:
    """The first that is a moment between the year 2000 and now, else now. Without a zone it is taken for UTC."""
    for text in said:
        with suppress(*_MALFORMED):
            moment = datetime.fromisoformat(str(text).strip())
            known = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
            if _FIRST <= known <= now:
                return known
    return now


def seconds_of(said: object) -> float:
    """A length of time, nothing where it makes no sense."""
    with suppress(*_MALFORMED):
        found = float(said)  # type: ignore[arg-type]
        return found if math.isfinite(found) and found >= 0 else 0.0
    return 0.0


def music_of(music: object, duration: float) -> dict[str, Any] | None:
    """Tempo, key, metre, chords and beats as the document of an analysis that somebody else told us."""
    said = music if isinstance(music, dict) else {}
    known = {part: said[part] for part in ("tempo", "key", "time_signature") if _makes_sense({part: said.get(part)})}
    known |= {name: value for name, value in (("chords", _chords(said.get("chords"), duration)),) if value}
    grid = {part: said.get(part) for part in ("beats", "beat_positions")}
    if _is_grid(**grid) and _makes_sense(grid):
        known |= grid
    return {**Analysis.from_document({"duration": duration, **known}).to_document(), TOLD: True} if known else None


def words_of(kept: tuple[OldWords, ...]) -> tuple[Lyrics, str] | None:
    """The words somebody corrected, else the first that can be read, and what they were called."""
    read = [(lyrics, words.name) for words in kept for lyrics in [_read(words)] if lyrics and lyrics.lines]
    corrected = (each for each in read if each[0].provenance is Provenance.HUMAN)
    return next(corrected, read[0] if read else None)


def _read(words: OldWords) -> Lyrics | None:
    with suppress(*_MALFORMED):
        if not words.name.lower().endswith(".lrc"):
            return _of_document(json.loads(words.text))
        lyrics = lrc.read(words.text).from_provenance(Provenance.TRANSCRIBED)
        return lyrics if lyrics.timing is not Timing.NONE else None
    return None


def _of_document(document: Any) -> Lyrics:
    """Harmonix' object or StemTube's list: the lines that can be read, without the words in them that cannot."""
    whole = document if isinstance(document, dict) else {"lines": document}
    origin = Provenance.HUMAN if whole.get("edited") else Provenance.TRANSCRIBED
    said = {name: whole[name] for name in _OF_THE_WHOLE if _reads({"lines": [], name: whole.get(name)})}
    if not isinstance(whole.get("lines"), list):
        return lyrics_from({"text": whole.get("text"), **said}, origin)
    lines = [kept for line in whole["lines"] for kept in [_readable(line)] if kept]
    return lyrics_from({**said, "lines": lines}, origin)


def _readable(line: object) -> dict[str, Any] | None:
    if not isinstance(line, dict):
        return None
    own = {name: line[name] for name in ("text", "start", "end", "confidence", "words") if line.get(name) is not None}
    for left_out in ((), ("words",), ("words", "start", "end", "confidence")):
        tried = {name: value for name, value in own.items() if name not in left_out}
        if _reads({"lines": [tried]}) and (tried.get("text") or tried.get("words")):
            return tried
    return None


def _reads(document: Mapping[str, Any]) -> bool:
    try:
        lyrics_from(document)
    except _MALFORMED:
        return False
    return None not in document.values()


def _chords(said: object, duration: float) -> list[dict[str, Any]]:
    """In time, each until the next; a chord nobody can read leaves a gap in what is known, not in the song."""
    starts = [(each, _start(each)) for each in said] if isinstance(said, list) else []
    known = sorted((start, each["chord"]) for each, start in starts if start is not None and start < duration)
    ends = [*(start for start, _ in known[1:]), duration]
    return [{"start": start, "end": end, "chord": chord} for (start, chord), end in zip(known, ends, strict=False)]


def _start(chord: object) -> float | None:
    """When it begins, if it is a chord at all."""
    if not isinstance(chord, dict) or not isinstance(chord.get("chord"), str):
        return None
    if not _makes_sense({"chords": [chord]}):
        return None
    start = float(chord["start"] if "start" in chord else chord["timestamp"])
    return start if math.isfinite(start) and start >= 0 else None


def _is_grid(beats: object, beat_positions: object) -> bool:
    if not isinstance(beats, list) or not isinstance(beat_positions, list) or not beats:
        return False
    are_times = all(isinstance(time, int | float) and math.isfinite(time) and time >= 0 for time in beats)
    return are_times and beats == sorted(beats) and all(isinstance(at, int) and at > 0 for at in beat_positions)


def _makes_sense(said: Mapping[str, Any]) -> bool:
    try:
        read = Analysis.from_document({"duration": 0.0, **said})
        json.dumps(read.to_document(), allow_nan=False)
    except _MALFORMED:
        return False
    tempo = read.rhythm.tempo
    return None not in said.values() and (tempo is None or 0 < tempo.bpm <= _FASTEST)
