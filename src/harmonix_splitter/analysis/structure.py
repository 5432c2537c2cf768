"""Sections: borders on bar lines where the music changes or a phrase has run its length, and what repeats."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis import borders
from harmonix_splitter.analysis.borders import BarRows

Floats = NDArray[Any]

_FEWEST = 8


@dataclass(frozen=True)
class Parts:
    """`edges`: bar indices, first 0, last the number of bars; `letters`: same letter, same music."""

    edges: tuple[int, ...]
    letters: tuple[int, ...]
    strengths: tuple[float, ...]


def parts_of(bars: BarRows) -> Parts:
    """Sections of a song given what each of its bars is like."""
    count = len(bars.harmony)
    if count < _FEWEST:
        return Parts((0, count) if count else (), (0,) if count else (), (0.0,) if count else ())
    odds = borders.log_odds(bars)
    edges = borders.divided(odds)
    alike = (borders.likeness(bars.harmony) + borders.likeness(bars.melody) + borders.likeness(bars.timbre)) / 3
    return Parts(edges, _letters(alike, edges), tuple(float(1 / (1 + np.exp(-odds[edge]))) for edge in edges[:-1]))


def _letters(alike: Floats, edges: tuple[int, ...]) -> tuple[int, ...]:
    """Each section takes the letter of the earlier one it matches bar by bar, or a new one."""
    typical = float(np.percentile(alike, 90))
    letters: list[int] = []
    for index in range(len(edges) - 1):
        match = [_match(alike, edges, earlier, index) for earlier in range(index)]
        found = int(np.argmax(match)) if match else -1
        known = bool(match) and match[found] >= typical
        letters.append(letters[found] if known else max(letters, default=-1) + 1)
    return tuple(letters)


def _match(alike: Floats, edges: tuple[int, ...], first: int, second: int) -> float:
    a, b = edges[first], edges[second]
    length = min(edges[first + 1] - a, edges[second + 1] - b)
    return float(np.mean([alike[a + k, b + k] for k in range(length)]))


def names_of(parts: Parts, levels: Floats, voice: Floats | None) -> tuple[str, ...]:
    """A name for each part where repetition, loudness and voice agree on one; an empty one where they do not."""
    count = len(parts.letters)
    names = [""] * count
    if count < 3:
        return tuple(names)
    loud = levels / max(float(np.median(levels)), 1e-9)
    sung = voice > 0.25 * float(np.percentile(voice, 75)) if voice is not None else np.full(count, True)
    often = {letter: parts.letters.count(letter) for letter in parts.letters}
    chorus = _chorus(parts.letters, loud, sung, often)
    for index, letter in enumerate(parts.letters):
        names[index] = _name(letter, chorus, often[letter], bool(sung[index]), voice is not None)
    return _with_ends(names, parts, sung, voice is not None)


def _chorus(letters: tuple[int, ...], loud: Floats, sung: Floats, often: dict[int, int]) -> int | None:
    """The repeated, sung letter that is clearly the loudest."""
    repeated = [letter for letter in often if often[letter] >= 2 and _share(sung, letters, letter) > 0.5]
    if len(repeated) < 2:
        return None
    level = {letter: _share(loud, letters, letter) for letter in repeated}
    ranked = sorted(repeated, key=lambda letter: -level[letter])
    return ranked[0] if level[ranked[0]] > 1.08 * level[ranked[1]] else None


def _share(values: Floats, letters: tuple[int, ...], letter: int) -> float:
    return float(np.mean([float(v) for v, own in zip(values, letters, strict=True) if own == letter]))


def _name(letter: int, chorus: int | None, times: int, sung: bool, voice_known: bool) -> str:
    if voice_known and not sung:
        return "instrumental"
    if chorus is None:
        return ""
    if letter == chorus:
        return "chorus"
    return "verse" if times >= 2 else ""


def _with_ends(names: list[str], parts: Parts, sung: Floats, voice_known: bool) -> tuple[str, ...]:
    """A first or last part that is unlike the rest, short or unsung, is an intro or an outro."""
    lengths = np.diff(parts.edges)
    for index, name in ((0, "intro"), (len(names) - 1, "outro")):
        alone = parts.letters.count(parts.letters[index]) == 1
        if (voice_known and not sung[index]) or (alone and lengths[index] <= np.median(lengths)):
            names[index] = name
    return tuple(names)
