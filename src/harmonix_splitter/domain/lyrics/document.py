"""Lyrics as one value: lines with words, each with its time, its voice and where it came from.

Times are seconds from the start of the recording, before any offset. `Lyrics.offset` moves everything and
`Line.offset` moves one line; a positive offset shows the words later. `Lyrics.settled()` bakes both in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum

from harmonix_splitter.domain.units import Seconds


class Provenance(StrEnum):
    """Where a line came from, the most trusted first."""

    HUMAN = "human"
    ALIGNED = "aligned"
    FETCHED = "fetched"
    TRANSCRIBED = "transcribed"

    @property
    def trust(self) -> int:
        return len(Provenance) - list(Provenance).index(self)


class Voice(StrEnum):
    """Who sings a line."""

    LEAD = "lead"
    SECOND = "second"
    BACKING = "backing"


class LayerKind(StrEnum):
    """What a line says once more in other letters."""

    TRANSLATION = "translation"
    ROMANISATION = "romanisation"


class Timing(IntEnum):
    """How finely lyrics are timed."""

    NONE = 0
    LINE = 1
    WORD = 2


@dataclass(frozen=True)
class Layer:
    """A translation or a romanisation of one line."""

    kind: LayerKind
    text: str
    language: str = ""


@dataclass(frozen=True)
class Word:
    """One word (one character in scripts without spaces), as written in its line, without spaces around it."""

    text: str
    start: Seconds
    end: Seconds
    confidence: float | None = None

    def moved(self, by: float) -> "Word":
        return replace(self, start=_moved(self.start, by), end=_moved(self.end, by))


@dataclass(frozen=True)
class Line:
    """One line. `text` is what is shown; `words` time its parts, in order. An untimed line has no start."""

    text: str
    start: Seconds | None = None
    end: Seconds | None = None
    words: tuple[Word, ...] = ()
    voice: Voice = Voice.LEAD
    provenance: Provenance = Provenance.HUMAN
    layers: tuple[Layer, ...] = ()
    offset: float = 0.0
    confidence_given: float | None = None
    opens_stanza: bool = False

    @classmethod
    def of_words(cls, words: Iterable[Word], joiner: str = " ", **facts: object) -> "Line":
        """A line made of its words, starting with the first and ending with the last."""
        kept = tuple(words)
        line = cls(joiner.join(word.text for word in kept), kept[0].start, kept[-1].end, kept)
        return replace(line, **facts)  # type: ignore[arg-type]

    @property
    def timing(self) -> Timing:
        if self.start is None:
            return Timing.NONE
        return Timing.WORD if self.words else Timing.LINE

    @property
    def confidence(self) -> float | None:
        """How sure we are of the line's times and words, 0 to 1: what was said of it, or its words' mean."""
        known = [word.confidence for word in self.words if word.confidence is not None]
        if self.confidence_given is not None or not known:
            return self.confidence_given
        return sum(known) / len(known)

    def pieces(self) -> list[tuple[str, Word]]:
        """The text cut before each word: every piece is a word with whatever follows it. Joined, they give `text`.

        A word that is no longer in the text is answered with its own letters and a space.
        """
        found, cursor = [], 0
        starts: list[int] = []
        for word in self.words:
            at = self.text.find(word.text, cursor)
            if at < 0:
                return [(f"{each.text} " if each is not self.words[-1] else each.text, each) for each in self.words]
            starts.append(at)
            cursor = at + len(word.text)
        for index, word in enumerate(self.words):
            begin = 0 if index == 0 else starts[index]
            end = starts[index + 1] if index + 1 < len(starts) else len(self.text)
            found.append((self.text[begin:end], word))
        return found

    def moved(self, by: float) -> "Line":
        """The same line, later by `by` seconds (never before zero)."""
        if self.start is None or not by:
            return self
        end = None if self.end is None else _moved(self.end, by)
        return replace(self, start=_moved(self.start, by), end=end, words=tuple(word.moved(by) for word in self.words))


@dataclass(frozen=True)
class Lyrics:
    """The words of one song. Frozen: a change gives a new value, and `versions` keeps the old one."""

    lines: tuple[Line, ...] = ()
    language: str = ""
    language_confidence: float | None = None
    duration: Seconds | None = None
    offset: float = 0.0
    source: str = ""
    model: str = ""
    instrumental: bool = False
    notes: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = field(default=())
    """What a file said about itself: title, artist, album, author."""

    @property
    def text(self) -> str:
        """All lines, an empty one between stanzas."""
        gaps = ("\n" if line.opens_stanza and number else "" for number, line in enumerate(self.lines))
        return "\n".join(gap + line.text for gap, line in zip(gaps, self.lines, strict=True))

    @property
    def timing(self) -> Timing:
        """As fine as its sung lines allow: one untimed line makes the whole untimed."""
        return min((line.timing for line in self.lines if line.text.strip()), default=Timing.NONE)

    @property
    def provenance(self) -> Provenance | None:
        """The least trusted origin among the lines: a page that is half transcribed is not called human."""
        return min((line.provenance for line in self.lines), key=lambda origin: origin.trust, default=None)

    @property
    def has_human_lines(self) -> bool:
        return any(line.provenance is Provenance.HUMAN for line in self.lines)

    @property
    def word_count(self) -> int:
        return sum(len(line.words) or len(line.text.split()) for line in self.lines)

    @property
    def confidence(self) -> float | None:
        known = [line.confidence for line in self.lines if line.confidence is not None]
        return sum(known) / len(known) if known else None

    def settled(self) -> "Lyrics":
        """Offsets baked into the times and set back to zero: what players and files get."""
        moved = tuple(replace(line.moved(self.offset + line.offset), offset=0.0) for line in self.lines)
        return replace(self, lines=moved, offset=0.0)

    def from_provenance(self, origin: Provenance) -> "Lyrics":
        return replace(self, lines=tuple(replace(line, provenance=origin) for line in self.lines))


def _moved(at: Seconds, by: float) -> Seconds:
    return Seconds(max(0.0, at + by))
