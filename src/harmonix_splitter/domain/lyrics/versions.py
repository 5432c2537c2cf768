"""How lyrics change: every change is a numbered version with an author, a difference and a way back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from harmonix_splitter.domain.lyrics.document import Line, Lyrics, Provenance
from harmonix_splitter.domain.lyrics.shapes import document_of, lyrics_from


class VersionState(StrEnum):
    """Whether a version was applied, is offered, or what became of the offer."""

    APPLIED = "applied"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True)
class LyricsVersion:
    """One state of a song's lyrics. Numbers only grow; `base` is the version it was made from."""

    song: str
    number: int
    lyrics: Lyrics
    author: str
    made_at: datetime
    state: VersionState = VersionState.APPLIED
    note: str = ""
    base: int = 0

    def to_document(self, *, with_lyrics: bool = True) -> dict[str, Any]:
        head = {
            "song_id": self.song,
            "version": self.number,
            "author": self.author,
            "made_at": self.made_at.isoformat(),
            "state": self.state,
            "note": self.note,
            "base": self.base,
            "provenance": self.lyrics.provenance,
            "timing": self.lyrics.timing.name.lower(),
        }
        return head | ({"lyrics": document_of(self.lyrics)} if with_lyrics else {})


@dataclass(frozen=True)
class Change:
    """One place where two versions differ. Line numbers count from 0; `retimed` means same text, other times."""

    kind: str
    before: tuple[Line, ...]
    after: tuple[Line, ...]
    at: int

    def to_document(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "line": self.at,
            "before": [_brief(line) for line in self.before],
            "after": [_brief(line) for line in self.after],
        }


def changes(before: Lyrics, after: Lyrics) -> list[Change]:
    """What turns `before` into `after`, line by line."""
    found: list[Change] = []
    for kind, a, b, c, d in _steps(before.lines, after.lines):
        if kind == "equal":
            pairs = zip(before.lines[a:b], after.lines[c:d], strict=True)
            found += [
                Change("retimed" if _times(old) != _times(new) else "relabelled", (old,), (new,), a + step)
                for step, (old, new) in enumerate(pairs)
                if old != new
            ]
        else:
            name = {"replace": "changed", "delete": "removed", "insert": "added"}[kind]
            found.append(Change(name, before.lines[a:b], after.lines[c:d], a))
    return found


def merged(current: Lyrics, found: Lyrics) -> Lyrics:
    """`found`, with every line a human wrote or timed left exactly as it is."""
    lines: list[Line] = []
    for kind, a, b, c, d in _steps(current.lines, found.lines):
        if kind == "equal":
            pairs = zip(current.lines[a:b], found.lines[c:d], strict=True)
            lines += [old if old.provenance is Provenance.HUMAN else new for old, new in pairs]
        elif any(line.provenance is Provenance.HUMAN for line in current.lines[a:b]):
            lines += current.lines[a:b]
        else:
            lines += found.lines[c:d]
    return replace(found, lines=tuple(lines), offset=current.offset)


def may_replace(current: Lyrics | None, found: Lyrics) -> bool:
    """Whether work by a machine may be applied at once: nothing of a human is there, nothing better is lost."""
    if current is None or not current.lines:
        return True
    if current.has_human_lines or found.provenance is None:
        return False
    held = current.provenance
    trusted = held is None or found.provenance.trust >= held.trust
    return found.timing >= current.timing and (trusted or found.timing > current.timing)


def edited(current: Lyrics | None, saved: Lyrics) -> Lyrics:
    """What a person saved: lines they did not touch keep their origin, the others become human."""
    known = {_identity(line): line for line in current.lines} if current else {}
    lines = tuple(
        known.get(_identity(line)) or replace(line, provenance=Provenance.HUMAN, confidence_given=None)
        for line in saved.lines
    )
    return replace(saved, lines=lines)


def from_stored(document: dict[str, Any]) -> Lyrics:
    """The lyrics of a version as the database keeps them."""
    return lyrics_from(document)


def _identity(line: Line) -> tuple[object, ...]:
    return (line.text, line.voice, line.layers, line.offset, _times(line))


def _times(line: Line) -> tuple[object, ...]:
    words = tuple((word.text, _milli(word.start), _milli(word.end)) for word in line.words)
    return (_milli(line.start), _milli(line.end), words)


def _milli(at: float | None) -> int | None:
    return None if at is None else round(at * 1000)


def _steps(before: Sequence[Line], after: Sequence[Line]) -> list[tuple[str, int, int, int, int]]:
    # Thousands of equal lines would cost their square; only then may the matcher take its short cut.
    short_cut = len(after) > 2000
    matcher = SequenceMatcher(None, [line.text for line in before], [line.text for line in after], short_cut)
    return list(matcher.get_opcodes())


def _brief(line: Line) -> dict[str, Any]:
    return {"text": line.text, "start": line.start, "end": line.end, "provenance": line.provenance}
