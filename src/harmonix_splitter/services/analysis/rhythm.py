"""From onsets to a beat grid with bars, by our own tracker or from an engine's beats."""

import numpy as np

from harmonix_splitter.analysis import bars, beats, onsets, pulse
from harmonix_splitter.analysis.calibration import trusted
from harmonix_splitter.audio.hearing import ONSET_RATE, PITCH_RATE, TIMBRE_RATE
from harmonix_splitter.domain.analysis import Metre, Rhythm, Tempo
from harmonix_splitter.services.analysis.listening import Heard
from harmonix_splitter.services.analysis.notes import Notes
from harmonix_splitter.services.ports.analysis import FoundBeats, Samples

_FEWEST_BEATS = 8


def rhythm_of(heard: Heard, notes: Notes) -> Rhythm:
    """Our own tracker. Silence and held notes have no rhythm; of noise, speech and free time nobody is sure."""
    found = pulse.pulse_of(heard.rhythm.onsets, ONSET_RATE, notes.harmony, PITCH_RATE)
    if found is None or len(found.beats) < _FEWEST_BEATS:
        return Rhythm()
    return _with_bars(heard, notes, found.beats, found.clear * trusted("tempo", found.confidence), found.clear)


def rhythm_from(found: FoundBeats, heard: Heard, notes: Notes) -> Rhythm:
    """An engine's beats, with its bars where it hears them and ours where it does not."""
    if len(found.times) < _FEWEST_BEATS:
        return Rhythm()
    if found.positions is None:
        return _with_bars(heard, notes, found.times, 0.9)
    metre = Metre(int(np.max(found.positions)), 4, 0.9)
    return Rhythm(_tempo(found.times, 0.9), metre, _floats(found.times), tuple(int(p) for p in found.positions))


def _with_bars(heard: Heard, notes: Notes, times: Samples, sure: float, clear: float = 1.0) -> Rhythm:
    found = bars.bars_on(bars.accents_of(times, texture_of(heard, notes)))
    metre = Metre(found.metre, 8 if found.metre == 6 else 4, clear * trusted("metre", found.sure))
    return Rhythm(_tempo(times, sure), metre, _floats(times), tuple(int(p) for p in found.positions))


def texture_of(heard: Heard, notes: Notes) -> bars.Texture:
    """The ones are told by everything that plays: drums alone know the metre less well than the whole mix."""
    bands = onsets.clear_bands(heard.whole.onsets, ONSET_RATE)
    return bars.Texture(
        bands, ONSET_RATE, heard.whole.level, TIMBRE_RATE, notes.all, notes.treble, notes.bass, PITCH_RATE
    )


def _tempo(times: Samples, sure: float) -> Tempo:
    steps = np.diff(times)
    bpm = beats.tempo_of(times)
    drift = float(np.median(np.abs(60 / steps - bpm)) / bpm)
    stability = float(np.clip(1 - 10 * drift, 0, 1))
    return Tempo(bpm, sure, stability, _curve(times) if stability < 0.9 else ())


def _curve(times: Samples, every: int = 8) -> tuple[tuple[float, float], ...]:
    return tuple(
        (float(times[at]), float(60 * every / (times[at + every] - times[at])))
        for at in range(0, len(times) - every, every)
    )


def _floats(values: Samples) -> tuple[float, ...]:
    return tuple(float(value) for value in values)
