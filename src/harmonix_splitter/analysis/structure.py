"""Sections: borders on bar lines where the music changes or a phrase has run its length, and what repeats."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

_KERNEL_BARS = 4
# How welcome a section of so many bars is: phrases come in fours and eights.
_LENGTHS = {4: 0.5, 8: 1.0, 12: 0.2, 16: 0.3, 6: -0.1, 10: -0.2, 7: -0.2, 9: -0.1, 5: -0.4, 2: -0.9, 3: -0.9, 1: -1.6}


@dataclass(frozen=True)
class Parts:
    """`edges`: bar indices, first 0, last the number of bars; `letters`: same letter, same music."""

    edges: tuple[int, ...]
    letters: tuple[int, ...]
    strengths: tuple[float, ...]


def parts_of(bars: Floats) -> Parts:
    """Sections of a song given one row of features per bar (rows of length about one)."""
    count = len(bars)
    if count < 8:
        return Parts((0, count) if count else (), (0,) if count else (), (0.0,) if count else ())
    alike = _likeness(bars)
    novelty = _novelty(alike)
    edges = _best_edges(novelty, count)
    letters = _letters(alike, edges)
    return Parts(edges, letters, tuple(float(novelty[e]) if e < count else 0.0 for e in edges[:-1]))


def _likeness(bars: Floats) -> Floats:
    """Bar against bar, two bars long so that a phrase and not a chord is compared."""
    unit = bars / np.maximum(np.linalg.norm(bars, axis=1, keepdims=True), 1e-6)
    raw = unit @ unit.T
    padded = np.pad(raw, ((0, 1), (0, 1)), mode="edge")
    return (raw + padded[1:, 1:]) / 2


def _novelty(alike: Floats) -> Floats:
    """Checkerboard along the diagonal plus starts and ends of repeated stretches, scaled to 0..1."""
    count, half = len(alike), _KERNEL_BARS
    padded = np.pad(alike, half, mode="reflect")
    sign = np.kron([[1, -1], [-1, 1]], np.ones((half, half)))
    taper = np.exp(-0.5 * (np.arange(-half + 0.5, half) / (half / 2)) ** 2)
    kernel = sign * np.outer(taper, taper)
    checker = np.array([(padded[b : b + 2 * half, b : b + 2 * half] * kernel).sum() for b in range(count)])
    repeats = _repeat_edges(alike)
    return 0.6 * _scaled(checker) + 0.6 * _scaled(repeats)


def _repeat_edges(alike: Floats) -> Floats:
    """Where diagonals of the likeness begin or end: a repeat starting there is a border there."""
    count = len(alike)
    total = np.zeros(count)
    for lag in range(4, count - 4):
        diagonal = np.diagonal(alike, lag)
        clear = np.clip((diagonal - np.percentile(diagonal, 40)) * 4, 0, 1)
        rise = np.maximum(_ahead(clear, 4) - _behind(clear, 4), 0)
        fall = np.maximum(_behind(clear, 4) - _ahead(clear, 4), 0)
        strength = (rise + 0.7 * fall) ** 2
        total[: len(strength)] += strength
        total[lag : lag + len(strength)] += strength
    return total


def _ahead(values: Floats, width: int) -> Floats:
    padded = np.concatenate([[0.0], np.cumsum(np.concatenate([values, np.zeros(width)]))])
    return (padded[width : width + len(values)] - padded[: len(values)]) / width


def _behind(values: Floats, width: int) -> Floats:
    padded = np.concatenate([[0.0], np.cumsum(np.concatenate([np.zeros(width), values]))])
    return (padded[width : width + len(values)] - padded[: len(values)]) / width


def _scaled(values: Floats) -> Floats:
    low, high = float(values.min()), float(np.percentile(values, 98))
    return np.clip((values - low) / max(high - low, 1e-9), 0, 1.5)


def _best_edges(novelty: Floats, count: int) -> tuple[int, ...]:
    """Dynamic programme over bar lines: novelty at the border plus the welcome of each length."""
    best, back = np.full(count + 1, -np.inf), np.zeros(count + 1, int)
    best[0] = 0.0
    for end in range(1, count + 1):
        gain = novelty[end] if end < count else 0.0
        for length in range(1, min(end, 20) + 1):
            value = best[end - length] + _LENGTHS.get(length, -0.6) * 0.5 - 0.2 + 0.2 * gain
            if value > best[end]:
                best[end], back[end] = value, end - length
    edges = [count]
    while edges[-1] > 0:
        edges.append(int(back[edges[-1]]))
    return tuple(edges[::-1])


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
