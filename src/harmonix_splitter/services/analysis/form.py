"""Sections on the bar lines, with names where the evidence carries them and letters where it does not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from harmonix_splitter.analysis import entries, onsets, structure
from harmonix_splitter.analysis.borders import BarRows
from harmonix_splitter.analysis.calibration import trusted
from harmonix_splitter.analysis.grids import means_between, normed, standardised
from harmonix_splitter.audio.hearing import ONSET_RATE, PITCH_RATE, TIMBRE_RATE
from harmonix_splitter.domain.analysis import Rhythm, Section
from harmonix_splitter.services.analysis.listening import Heard, plays
from harmonix_splitter.services.analysis.notes import Notes
from harmonix_splitter.services.ports.analysis import Samples

_FEWEST_BARS = 8


def sections_of(heard: Heard, notes: Notes, rhythm: Rhythm, duration: float) -> tuple[Section, ...]:
    bars = _bar_edges(rhythm, duration)
    if len(bars) < _FEWEST_BARS + 1:
        return ()
    parts = structure.parts_of(rows_of(heard, notes, bars))
    times = bars[list(parts.edges)]
    times[0], times[-1] = 0.0, duration
    levels = means_between(heard.whole.level, TIMBRE_RATE, times)
    voice = means_between(heard.stems["vocals"].level, TIMBRE_RATE, times) if "vocals" in heard.stems else None
    names = structure.names_of(parts, levels, voice)
    spans = zip(times[:-1], times[1:], names, parts.letters, parts.strengths, strict=True)
    # Borders lie on bar lines, so none is surer than the bars are.
    sure = rhythm.metre.confidence if rhythm.metre else 0.0
    return tuple(
        Section(float(a), float(b), name or _letter(index), _letter(index), sure * trusted("sections", strength))
        for a, b, name, index, strength in spans
    )


def _letter(index: int) -> str:
    return chr(ord("A") + index % 26)


def _bar_edges(rhythm: Rhythm, duration: float) -> Samples:
    downbeats = np.array(rhythm.downbeats)
    if len(downbeats) < 2:
        return downbeats
    step = float(np.median(np.diff(downbeats)))
    after = np.arange(downbeats[-1] + step, duration + step / 2, step)
    return np.concatenate([downbeats, after])


def rows_of(heard: Heard, notes: Notes, bars: Samples) -> BarRows:
    """What each bar between two of these lines is like."""
    halves = _parts_of(bars, 2)
    begun = onsets.clear_bands(heard.whole.onsets, ONSET_RATE).sum(axis=1)
    begun = means_between(begun, ONSET_RATE, halves).reshape(-1, 2)
    timbre = means_between(heard.whole.timbre, TIMBRE_RATE, bars)
    return BarRows(
        harmony=_quarters(notes.harmony, bars),
        melody=_quarters(notes.all[:, _MELODY], bars),
        low=_quarters(notes.all[:, _LOW], bars),
        timbre=standardised(timbre),
        level=np.log(1e-3 + means_between(heard.whole.level, TIMBRE_RATE, bars)),
        treble=standardised(timbre)[:, _TREBLE:].mean(axis=1),
        begun=begun / np.maximum(begun.mean(axis=0), 1e-6),
        entries=entries.entries_at(_tune(heard, notes, _parts_of(bars, entries.STEPS))),
    )


def _tune(heard: Heard, notes: Notes, moments: Samples) -> Samples:
    voice = heard.stems.get("vocals")
    if voice is not None and plays(voice, heard.whole):
        return entries.tune_in_stem(means_between(voice.level, TIMBRE_RATE, moments))
    return entries.tune_in_mix(means_between(notes.all, PITCH_RATE, moments))


# Notes from C4 to C6 are where tunes lie, from E1 to A flat 3 what carries them; the upper fifteen bands of timbre are
# where cymbals and breath are.
_MELODY, _LOW, _TREBLE = slice(39, 63), slice(7, 36), 25


def _parts_of(bars: Samples, parts: int) -> Samples:
    inner: Samples = (bars[:-1, None] + np.diff(bars)[:, None] * (np.arange(parts) / parts)).ravel()
    return np.append(inner, bars[-1])


def _quarters(frames: Samples, bars: Samples) -> Samples:
    """Quarter by quarter, so that an order of chords and not a mix of them is compared."""
    rows = normed(means_between(frames, PITCH_RATE, _parts_of(bars, 4)))
    return rows.reshape(len(bars) - 1, -1)


NAMES = (
    "intro",
    "verse",
    "pre-chorus",
    "chorus",
    "post-chorus",
    "bridge",
    "solo",
    "instrumental",
    "interlude",
    "breakdown",
    "outro",
)
"""The closed set a namer may choose from."""


def described(sections: tuple[Section, ...], heard: Heard) -> tuple[Mapping[str, Any], ...]:
    """What a namer is told of each section: no audio, no words, only form."""
    if not sections:
        return ()
    edges = np.array([section.start for section in sections] + [sections[-1].end])
    levels = means_between(heard.whole.level, TIMBRE_RATE, edges)
    loud = levels / max(float(np.median(levels)), 1e-9)
    return tuple(
        {
            "letter": section.letter,
            "seconds": round(section.end - section.start, 1),
            "loudness": round(float(level), 2),
            "guess": section.label,
        }
        for section, level in zip(sections, loud, strict=True)
    )


def renamed(sections: tuple[Section, ...], names: tuple[str, ...]) -> tuple[Section, ...]:
    return tuple(replace(section, label=name) for section, name in zip(sections, names, strict=True))
