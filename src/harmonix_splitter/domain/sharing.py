"""Live sessions: who may use an id, which chunks are kept, and which are handed out when."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harmonix_splitter.errors import ChunkRefusedError, InvalidRequestError

MAX_SEQUENCE = 2**53 - 1
"""Scores of a sorted set are doubles: beyond this two numbers become one."""

_SESSION_ID = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class ShareLimits:
    """How long things live (milliseconds) and how much is kept."""

    sessions: int = 50
    session_life: int = 900_000
    metadata_life: int = 30_000
    audio_life: int = 10_000
    grace: int = 300_000
    presence: int = 10_000
    window_chunks: int = 50
    window_length: int = 6_000
    window_bytes: int = 4_000_000
    first_answer: int = 6
    most_per_answer: int = 10
    ahead: int = 1_000
    reorder: int = 300


@dataclass(frozen=True)
class Chunk:
    """A piece of sound: interleaved little-endian 32-bit floats. Milliseconds: `timestamp` by the sharer's clock,
    `received` by ours."""

    sequence: int
    payload: bytes
    sample_rate: int = 44_100
    channels: int = 2
    timestamp: int = 0
    received: int = 0

    @property
    def length(self) -> int:
        """In milliseconds."""
        return round(len(self.payload) / 4 / self.channels / self.sample_rate * 1000)


@dataclass(frozen=True)
class Appended:
    """What became of a posted chunk."""

    buffered: bool
    duplicate: bool = False
    epoch: int = 0


@dataclass(frozen=True)
class Served:
    """Chunks in order. `epoch` changes when the id was started anew."""

    chunks: tuple[Chunk, ...]
    epoch: int
    head: int
    """The highest sequence number so far, -1 before the first."""


@dataclass(frozen=True)
class SessionFacts:
    """A session as its status tells it; times in milliseconds."""

    session: str
    epoch: int
    active: bool
    start_time: int
    last_activity: int
    chunks: int = 0
    bytes: int = 0
    duplicates: int = 0
    late: int = 0
    listeners: int = 0
    peak_listeners: int = 0
    unique_listeners: int = 0
    item: str = ""
    """The library item everybody plays for themselves; "" where sound is sent."""


METADATA = {
    "title": str,
    "artist": str,
    "lyrics": str,
    "hasSyncedLyrics": bool,
    "elapsedSeconds": float,
    "totalSeconds": float,
    "thumbnailData": str,
    "timestamp": int,
    "paused": bool,
    "transport": dict,
}
"""What a sharer may say about what is playing; everything else is dropped."""
OPTIONAL = frozenset({"paused", "transport"})
"""Fields the known client does not know: they are there only when they were said."""
MOST_STEMS = 32
NO_SOUND = "In this session everybody plays the song for themselves: it takes no sound."


def checked_metadata(raw: Mapping[str, object]) -> dict[str, object]:
    """The known fields in their types. Names in any case and numbers as text are taken, as the known client reads."""
    given = {name.lower(): value for name, value in raw.items()}
    found = {name: _as(kind, name, given.get(name.lower())) for name, kind in METADATA.items()}
    if isinstance(transport := found["transport"], dict):
        found["transport"] = checked_transport(transport)
    return {name: value for name, value in found.items() if value is not None or name not in OPTIONAL}


def checked_transport(raw: Mapping[str, object]) -> dict[str, object]:
    """Where the sharer's deck is and how it is set: seconds, tempo as a factor, pitch in semitones."""
    levels, mutes = raw.get("levels", {}), raw.get("mutes", [])
    if not isinstance(levels, dict) or not isinstance(mutes, list) or max(len(levels), len(mutes)) > MOST_STEMS:
        raise InvalidRequestError("levels must be numbers by stem and mutes a list of stems.")
    return {
        "position": _within(raw, "position", 0, 86_400),
        "playing": _as(bool, "playing", raw.get("playing", False)),
        "tempo": _within(raw, "tempo", 0.5, 2, 1),
        "pitch": _within(raw, "pitch", -12, 12, 0),
        "levels": {str(stem)[:64]: _within(levels, stem, 0, 1.5) for stem in levels},
        "mutes": [str(stem)[:64] for stem in mutes],
    }


def _within(raw: Mapping[str, object], name: str, least: float, most: float, usual: float | None = None) -> float:
    value = _as(float, name, raw.get(name, usual))
    if not isinstance(value, float) or not least <= value <= most:
        raise InvalidRequestError(f"{name} must be between {least} and {most}.")
    return value


def _as(kind: type, name: str, value: object) -> object:
    if value is None:
        return None
    if kind in {int, float} and isinstance(value, str | int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if math.isfinite(number):
            return int(number) if kind is int else number
    elif isinstance(value, kind):
        return value
    raise InvalidRequestError(f"{name} must be {_SPOKEN[kind]}.")


_SPOKEN = {str: "text", bool: "true or false", float: "a number", int: "a whole number", dict: "an object"}


def called(listener: str, name: str = "") -> str:
    """A listener as one word for the store; only we say who is known by name."""
    own = listener[:64].replace("\t", " ")
    return f"{own}\t{name[:64]}" if name else own


def name_of(listener: str) -> str:
    return listener.partition("\t")[2]


def checked_session_id(text: str) -> str:
    if not _SESSION_ID.fullmatch(text):
        raise InvalidRequestError("A session id has exactly six digits.")
    return text


def checked_sequence(sequence: int, head: int, limits: ShareLimits) -> None:
    """A number far ahead would pin the window for good: refuse it. `head` is -1 while nothing was posted."""
    if not 0 <= sequence <= MAX_SEQUENCE:
        raise ChunkRefusedError(f"sequenceNumber must be between 0 and {MAX_SEQUENCE}.")
    if head >= 0 and not head - limits.ahead <= sequence <= head + limits.ahead:
        raise ChunkRefusedError(f"sequenceNumber {sequence} is too far from the last one, {head}.")


def overflow(window: Sequence[Chunk], limits: ShareLimits) -> int:
    """How many of the oldest chunks must go so that count, length and bytes fit; the newest always stays."""
    count, length = len(window), sum(chunk.length for chunk in window)
    size = sum(len(chunk.payload) for chunk in window)
    gone = 0
    while count - gone > 1 and (
        count - gone > limits.window_chunks or length > limits.window_length or size > limits.window_bytes
    ):
        length -= window[gone].length
        size -= len(window[gone].payload)
        gone += 1
    return gone


def readable(window: Sequence[Chunk], since: int, now: int, limits: ShareLimits) -> tuple[Chunk, ...]:
    """What a listener who has heard `since` gets now.

    A hole is waited for as long as late posts may still fill it, then given up. A new listener, and one whose number is
    from a former life of the id, starts near the live edge: the known client plays the oldest five seconds of whatever
    it is given first and throws the rest away.
    """
    if not window:
        return ()
    anew = since < 0 or since > window[-1].sequence
    expected = window[0].sequence if anew else max(since + 1, window[0].sequence)
    ready: list[Chunk] = []
    for chunk in window:
        if not anew and chunk.sequence <= since:
            continue
        if chunk.sequence != expected and now - chunk.received < limits.reorder:
            break
        ready.append(chunk)
        expected = chunk.sequence + 1
    return tuple(ready[-limits.first_answer :] if anew else ready[: limits.most_per_answer])
