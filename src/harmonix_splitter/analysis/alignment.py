"""Lays the syllables of a text over a voice: the best monotone path, found by dynamic programming.

Evidence comes from `voice_sounds`: which kind of sound each frame is and where sounds begin. A syllable is an onset
(hiss, stop, ...) of a few frames and a vowel held as long as need be; between syllables there may be rests, cheap
between lines and dear inside words. What is sung but not in the text (ad libs, other voices) counts as a rest at a
price. All scores are logarithms; times are in frames of 20 ms.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.expected_sounds import ENDINGS, ONSETS, REST, VOWELS
from harmonix_splitter.analysis.syllables import Sound, Syllable
from harmonix_splitter.analysis.voice_sounds import FRAMES_A_SECOND

Floats = NDArray[np.float64]
Frames = NDArray[np.int32]

TRUST = 0.3
"""How much one frame counts: neighbouring frames say nearly the same thing, and are wrong together where the separator
left a piece of the band in the voice. More trust than this lets such a piece pull whole lines away."""
ONSET_WEIGHT, ONSET_EXPECTED = 2.0, 0.45
FOREIGN, FOREIGN_INSIDE = 1.0, 2.5
"""What a frame costs that is sung but not in the text, between lines and inside them."""
REST_BEFORE_WORD, REST_INSIDE_WORD = 2.0, 6.0
PAUSE_INSIDE = 0.05
"""What a frame of rest inside a line costs, however silent it is: singers breathe between lines, not within them."""
SPREAD = 0.5
"""Standard deviation of the logarithm of a syllable's length."""
HOLD = 0.08
LINE_END_STRETCH = 1.35
GLIDE, GLIDE_MISSING = 5, 2.0
"""Frames at the end of a glide that belong to its second vowel (singers hold the first); what cutting them costs."""
ANCHOR_FREE, ANCHOR_COST, ANCHOR_MOST = 35, 0.5, 40.0
_IMPOSSIBLE = -1e9


@dataclass(frozen=True)
class Evidence:
    """What was heard: shares of the kinds of sound (frames, 11), how common each kind is, and onset strength."""

    sounds: NDArray[np.float32]
    prior: NDArray[np.float32]
    onsets: NDArray[np.float32]


@dataclass(frozen=True)
class Unit:
    """One syllable in its place."""

    syllable: Syllable
    word: int
    line: int
    opens_word: bool
    opens_line: bool
    ends_line: bool


@dataclass(frozen=True)
class Path:
    """First and last frame of each unit, and how well what is heard supports it (mean log-ratio a frame)."""

    starts: Frames
    ends: Frames
    support: Floats
    score: float
    """The whole path's score; only comparable with another text of the same syllables over the same voice."""


@dataclass(frozen=True)
class _Tables:
    """Running sums of scores, so that any stretch costs one subtraction. Length frames + 1."""

    vowels: dict[str, Floats]
    endings: dict[str, Floats]
    onsets: dict[Sound, tuple[int, Floats]]
    rest_between: Floats
    rest_inside: Floats
    begin: Floats

    @property
    def frames(self) -> int:
        return len(self.begin) - 1


def units_of(lines: Sequence[Sequence[Sequence[Syllable]]]) -> list[Unit]:
    """Flatten lines of words of syllables."""
    units: list[Unit] = []
    word = 0
    for number, line in enumerate(lines):
        for place, syllables in enumerate(line):
            last_word = place == len(line) - 1
            units += [
                Unit(each, word, number, at == 0, place == 0 and at == 0, last_word and at == len(syllables) - 1)
                for at, each in enumerate(syllables)
            ]
            word += 1
    return units


def mirrored(units: Sequence[Unit]) -> list[Unit]:
    """The same syllables in reverse order, in the places of the original ones."""
    return [replace(place, syllable=other.syllable) for place, other in zip(units, reversed(units), strict=True)]


def best_path(
    evidence: Evidence,
    units: Sequence[Unit],
    anchors: Sequence[float | None] = (),
    heard: Callable[[float], None] = lambda _share: None,
) -> Path:
    """The most likely place of every unit. `anchors`: a start in seconds per line, where one is known."""
    tables = _tables(evidence)
    pace = _pace(evidence, units)
    frames, count = tables.frames, len(units)
    from_rest = np.zeros((count, frames + 1), np.int32)
    length = np.zeros((count, frames + 1), np.int16)
    held = np.zeros((count, frames + 1), np.int32)
    ended = np.full(frames + 1, _IMPOSSIBLE)
    ended[0] = 0.0
    for number, unit in enumerate(units):
        begun, from_rest[number] = _begun(ended, unit, tables, is_first=number == 0)
        if unit.opens_line and anchors:
            begun -= _anchor_cost(anchors[unit.line], frames)
        ended, length[number], held[number] = _sung(begun, unit, tables, pace)
        if number % 16 == 0:
            heard(number / count)
    closing = ended - tables.rest_between
    last = int(closing.argmax())
    starts, ends = _traced(last, from_rest, length, held)
    score = float(closing[last] + tables.rest_between[-1])
    return Path(starts, ends, _support(evidence, units, starts, ends), score)


def _tables(evidence: Evidence) -> _Tables:
    ratio = evidence.sounds.astype(np.float64) / evidence.prior
    vowels = {name: _sums(_scores(ratio, row)) for name, row in VOWELS.items()}
    endings = {name: _sums(_scores(ratio, row)) for name, row in ENDINGS.items()}
    onset = {kind: (frames, _sums(_scores(ratio, row))) for kind, (frames, row) in ONSETS.items()}
    rest = _scores(ratio, REST)
    begin = np.append(ONSET_WEIGHT * (evidence.onsets.astype(np.float64) - ONSET_EXPECTED), 0.0)
    between = np.maximum(rest, -FOREIGN * TRUST)
    inside = np.maximum(rest, -FOREIGN_INSIDE * TRUST) - PAUSE_INSIDE
    return _Tables(vowels, endings, onset, _sums(between), _sums(inside), begin)


def _scores(ratio: Floats, row: Floats) -> Floats:
    return np.asarray(TRUST * np.clip(np.log(ratio @ row + 1e-6), -4.0, 3.0))


def _sums(scores: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(scores)])


def _pace(evidence: Evidence, units: Sequence[Unit]) -> float:
    """Frames an ordinary syllable lasts in this song: the sung frames shared out among the syllables."""
    sung = float((1 - evidence.sounds[:, 0]).sum())
    return float(np.clip(0.85 * sung / sum(unit.syllable.weight for unit in units), 5, 60))


def _begun(ended: Floats, unit: Unit, tables: _Tables, *, is_first: bool) -> tuple[Floats, Frames]:
    """Best score with the unit starting at each frame, straight after the one before or after a rest."""
    price = 0.0 if unit.opens_line or is_first else REST_BEFORE_WORD if unit.opens_word else REST_INSIDE_WORD
    rest = tables.rest_between if unit.opens_line else tables.rest_inside
    best, since = _best_so_far(ended - price - rest)
    rested = best + rest
    at = np.arange(len(ended), dtype=np.int32)
    straight = ended >= rested
    return np.where(straight, ended, rested) + tables.begin, np.where(straight, at, since)


def _sung(begun: Floats, unit: Unit, tables: _Tables, pace: float) -> tuple[Floats, Frames, Frames]:
    """Best score with the unit ended at each frame, how long it was, and since when its vowel is only held."""
    vowel = tables.vowels[unit.syllable.vowel]
    frames = tables.frames
    at = np.arange(frames + 1)
    skip, onset = tables.onsets.get(unit.syllable.onset, (0, vowel))
    after = np.minimum(at + skip, frames)
    opened = begun + onset[after] - onset - vowel[after] if skip else begun - vowel
    expected = np.log(pace * unit.syllable.weight * (LINE_END_STRETCH if unit.ends_line else 1.0))
    spread = SPREAD * (1.3 if unit.ends_line else 1.0)
    best = np.full(frames + 1, _IMPOSSIBLE)
    length = np.zeros(frames + 1, np.int32)
    for frames_long in _lengths(pace, skip + 1):
        if frames_long > frames:
            break
        score = opened[: frames + 1 - frames_long] - 0.5 * ((np.log(frames_long) - expected) / spread) ** 2
        held, better = best[frames_long:], score > best[frames_long:]
        held[better] = score[better]
        length[frames_long:][better] = frames_long
    tail, since = _best_so_far(best + HOLD * at)
    ended = tail - HOLD * at + vowel
    if (ending := tables.endings.get(unit.syllable.vowel)) is not None:
        ended, since = _glided(ended, since, ending)
    return ended, length, since


def _glided(held: Floats, since: Frames, ending: Floats) -> tuple[Floats, Frames]:
    """The same, with the end of the vowel spent on the second one, or cut short at a price."""
    before = np.maximum(np.arange(len(held)) - GLIDE, 0)
    whole, cut = held[before] + ending - ending[before], held - GLIDE_MISSING
    return np.maximum(whole, cut), np.where(whole >= cut, since[before], since)


def _lengths(pace: float, least: int) -> list[int]:
    """Every length up to a third of a second, then every other one to twice the pace; then `HOLD` takes over."""
    most = int(np.clip(pace * 1.8, 12, 90))
    return [each for each in [*range(2, 17), *range(18, most + 1, 2)] if each >= least]


def _best_so_far(scores: Floats) -> tuple[Floats, Frames]:
    best = np.maximum.accumulate(scores)
    at = np.arange(len(scores), dtype=np.int32)
    return best, np.maximum.accumulate(np.where(scores >= best, at, 0)).astype(np.int32)


def _anchor_cost(anchor: float | None, frames: int) -> Floats:
    if anchor is None:
        return np.zeros(frames + 1)
    away = np.abs(np.arange(frames + 1) - anchor * FRAMES_A_SECOND)
    return np.asarray(np.minimum(ANCHOR_MOST, np.maximum(0.0, away - ANCHOR_FREE) * ANCHOR_COST))


def _traced(last: int, from_rest: Frames, length: NDArray[np.int16], held: Frames) -> tuple[Frames, Frames]:
    count = len(from_rest)
    starts, ends = np.zeros(count, np.int32), np.zeros(count, np.int32)
    at = last
    for number in range(count - 1, -1, -1):
        ends[number] = at
        at = held[number, at]
        at = at - length[number, at]
        starts[number] = at
        at = from_rest[number, at]
    return starts, ends


def _support(evidence: Evidence, units: Sequence[Unit], starts: Frames, ends: Frames) -> Floats:
    """Per unit: the mean log-ratio of its vowel over its frames, with the onset counted where there is one."""
    ratio = evidence.sounds.astype(np.float64) / evidence.prior
    found = np.zeros(len(units))
    for number, (unit, start, end) in enumerate(zip(units, starts, ends, strict=True)):
        skip, row = ONSETS.get(unit.syllable.onset, (0, VOWELS[unit.syllable.vowel]))
        middle = min(start + skip, end)
        onset = np.log(ratio[start:middle] @ row + 1e-6)
        vowel = np.log(ratio[middle:end] @ VOWELS[unit.syllable.vowel] + 1e-6)
        found[number] = np.clip(np.concatenate([onset, vowel]), -4.0, 3.0).mean() if end > start else -4.0
    return found
