"""The demo song: what it is made of, so that everything found in it can be checked against the truth.

Words and tune are our own (Apache-2.0, like the program).
"""

from dataclasses import dataclass

TITLE, ARTIST = "Lanterns on the Water", "Harmonix"
BPM = 104.0
BEATS_PER_BAR = 4
KEY, SCALE = "G", "major"
LANGUAGE = "en"

VERSE = ("G:maj", "D:maj", "E:min", "C:maj", "G:maj", "D:maj", "C:maj", "D:maj")
CHORUS = ("C:maj", "G:maj", "D:maj", "E:min", "C:maj", "G:maj", "D:maj", "G:maj")
INTRO = ("G:maj", "C:maj", "G:maj", "D:maj")
OUTRO = ("C:maj", "D:maj", "G:maj", "G:maj")


@dataclass(frozen=True)
class Part:
    """A section: its name, one chord a bar, and the sung line of each two bars."""

    label: str
    chords: tuple[str, ...]
    words: tuple[str, ...] = ()
    tune: tuple[int, ...] = ()


# One note per word, as semitones above the G below middle C; a line lasts two bars.
_VERSE_ONE = (
    "Evening falls upon the river",
    "Lanterns drifting slow",
    "Every light a little wish",
    "Carried where they go",
)
_VERSE_TWO = ("Someone sings across the harbour", "Boats are coming home", "Every song a silver thread", "Nobody alone")
_CHORUS = (
    "Sing with me the night is young",
    "Take it nice and slow",
    "Every voice will find a place",
    "Every heart will know",
)
SOUNDS_OF = {
    "a": "@", "across": "@kros", "alone": "@loun", "and": "And", "are": "ar", "boats": "bouts", "carried": "kArid",
    "coming": "kamiN", "drifting": "driftiN", "evening": "ivniN", "every": "evri", "falls": "folz", "find": "faind",
    "go": "gou", "harbour": "harb@", "heart": "hart", "home": "houm", "is": "iz", "it": "it", "know": "nou",
    "lanterns": "lAnt@nz", "light": "lait", "little": "litl", "me": "mi", "nice": "nais", "night": "nait",
    "nobody": "noubodi", "place": "pleis", "river": "riv@", "silver": "silv@", "sing": "siN", "sings": "siNz",
    "slow": "slou", "someone": "samwan", "song": "soN", "take": "teik", "the": "D@", "they": "Dei", "thread": "Tred",
    "upon": "@pon", "voice": "vois", "where": "wer", "will": "wil", "wish": "wiS", "with": "wiD", "young": "yaN",
}  # fmt: skip
"""How each word is sung, a letter a sound: A as in and, @ as in upon, N sing, S wish, T thread, D the."""
_VERSE_TUNE = (4, 7, 7, 9, 7, 4, 2, 7, 9, 7, 4, 4, 2, 0)
_CHORUS_TUNE = (9, 12, 12, 11, 9, 7, 11, 12, 11, 9, 7, 7, 4, 7)

PARTS = (
    Part("intro", INTRO),
    Part("verse", VERSE, _VERSE_ONE, _VERSE_TUNE),
    Part("chorus", CHORUS, _CHORUS, _CHORUS_TUNE),
    Part("verse", VERSE, _VERSE_TWO, _VERSE_TUNE),
    Part("chorus", CHORUS, _CHORUS, _CHORUS_TUNE),
    Part("outro", OUTRO),
)


@dataclass(frozen=True)
class SungWord:
    text: str
    start: float
    end: float
    semitone: int


@dataclass(frozen=True)
class DemoTruth:
    """Times in seconds; the first beat is at `first_beat`."""

    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    chords: tuple[tuple[float, float, str], ...]
    sections: tuple[tuple[float, float, str], ...]
    lines: tuple[tuple[SungWord, ...], ...]
    duration: float

    @property
    def text(self) -> str:
        return "\n".join(" ".join(word.text for word in line) for line in self.lines)


FIRST_BEAT = 0.25
_BEAT = 60.0 / BPM
_BAR = _BEAT * BEATS_PER_BAR


def truth() -> DemoTruth:
    """Everything that is true of the demo song."""
    bars = sum(len(part.chords) for part in PARTS)
    chords: list[tuple[float, float, str]] = []
    sections: list[tuple[float, float, str]] = []
    lines: list[tuple[SungWord, ...]] = []
    bar = 0
    for part in PARTS:
        start = FIRST_BEAT + bar * _BAR
        sections.append((start, start + len(part.chords) * _BAR, part.label))
        chords.extend((start + i * _BAR, start + (i + 1) * _BAR, chord) for i, chord in enumerate(part.chords))
        lines.extend(_line(text, part.tune, start + 2 * i * _BAR) for i, text in enumerate(part.words))
        bar += len(part.chords)
    return DemoTruth(
        beats=tuple(FIRST_BEAT + i * _BEAT for i in range(bars * BEATS_PER_BAR)),
        downbeats=tuple(FIRST_BEAT + i * _BAR for i in range(bars)),
        chords=tuple(chords),
        sections=tuple(sections),
        lines=tuple(lines),
        duration=FIRST_BEAT + bars * _BAR + 2.0,
    )


def _line(text: str, tune: tuple[int, ...], start: float) -> tuple[SungWord, ...]:
    """The words of a line on the beats and off-beats of its two bars; the last one rings."""
    words = text.split()
    steps = [_STEPS[len(words)][i] * _BEAT for i in range(len(words) + 1)]
    return tuple(
        SungWord(word, start + steps[i], start + steps[i + 1] - 0.04, tune[i % len(tune)])
        for i, word in enumerate(words)
    )


# Where each word of a line of so many words begins, in beats, and where the line ends.
_STEPS = {
    2: (0.0, 2.0, 6.0),
    3: (0.0, 2.0, 3.0, 6.5),
    4: (0.0, 1.0, 2.0, 4.0, 7.0),
    5: (0.0, 1.5, 2.0, 3.0, 4.0, 7.0),
    6: (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 7.5),
    7: (0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.5),
}
