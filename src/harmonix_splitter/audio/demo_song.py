"""Synthesises the demo song: drums, bass, chords and a sung line, from sines, noise and a throat of three formants."""

import io
import wave
from collections.abc import Mapping
from functools import cache

import numpy as np
import numpy.typing as npt

from harmonix_splitter.audio.demo_singer import RATE, sung
from harmonix_splitter.domain.demo import BPM, DemoTruth, truth

Signal = npt.NDArray[np.float32]
_BEAT = 60.0 / BPM
_ROOTS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def demo_stems() -> Mapping[str, Signal]:
    """Each stem as (samples, 2) at 44.1 kHz; their sum is the song. The same bytes every time."""
    facts = truth()
    length = round(facts.duration * RATE)
    drums, bass, other, vocals = (np.zeros((length, 2), np.float32) for _ in range(4))
    _play_drums(drums, facts)
    _play_bass(bass, facts)
    _play_chords(other, facts)
    _sing(vocals, facts)
    return {"vocals": vocals * 0.5, "drums": drums * 0.5, "bass": bass * 0.3, "other": other * 0.4}


def demo_mix() -> Signal:
    mixed = np.sum(list(demo_stems().values()), axis=0)
    return np.asarray(mixed / max(1.0, float(np.abs(mixed).max()) / 0.95), np.float32)


def _add(target: Signal, start: float, sound: npt.NDArray[np.float64], pan: float = 0.0) -> None:
    """Lay a mono sound into a stereo stem; pan -1 is left, 1 is right, loudness kept."""
    at = round(start * RATE)
    part = sound[: max(0, len(target) - at)]
    angle = (pan + 1) * np.pi / 4
    target[at : at + len(part), 0] += (part * np.cos(angle) * np.sqrt(2)).astype(np.float32)
    target[at : at + len(part), 1] += (part * np.sin(angle) * np.sqrt(2)).astype(np.float32)


def _times(seconds: float) -> npt.NDArray[np.float64]:
    return np.arange(round(seconds * RATE)) / RATE


def _play_drums(target: Signal, facts: DemoTruth) -> None:
    noise = np.random.default_rng(7)
    t = _times(0.35)
    kick = np.sin(2 * np.pi * (48 * t + 9 * (1 - np.exp(-t * 28)))) * np.exp(-t * 11)
    snare = noise.standard_normal(len(t)) * np.exp(-t * 19) * 0.45 + np.sin(2 * np.pi * 190 * t) * np.exp(-t * 26) * 0.5
    hat = np.diff(noise.standard_normal(len(t)), n=2, prepend=[0, 0]) * np.exp(-t * 65) * 0.12
    crash = np.diff(noise.standard_normal(RATE * 2), n=2, prepend=[0, 0]) * np.exp(-_times(2.0) * 2.6) * 0.10
    for number, beat in enumerate(facts.beats):
        _add(target, beat, hat, 0.25)
        _add(target, beat + _BEAT / 2, hat * 0.7, 0.25)
        if number % 4 in {0, 2}:
            _add(target, beat, kick)
        if number % 4 == 2 and number % 8 == 6:
            _add(target, beat + _BEAT / 2, kick * 0.8)
        if number % 4 in {1, 3}:
            _add(target, beat, snare, -0.05)
    for start, _, _ in facts.sections:
        _add(target, start, crash, -0.3)


def _hertz(midi: float) -> float:
    return float(440.0 * 2 ** ((midi - 69) / 12))


def _chord_notes(chord: str) -> tuple[int, ...]:
    root, quality = chord.split(":")
    return tuple(_ROOTS[root] + step for step in ((0, 3, 7) if quality == "min" else (0, 4, 7)))


def _play_bass(target: Signal, facts: DemoTruth) -> None:
    for start, _, chord in facts.chords:
        root = 24 + _chord_notes(chord)[0] + 12 * (_chord_notes(chord)[0] < 4)
        for step, note in enumerate((root, root, root + 7, root)):
            _add(target, start + step * _BEAT, _plucked(_hertz(note), _BEAT * 0.95, brightness=3.5))


@cache
def _plucked(hertz: float, seconds: float, brightness: float) -> npt.NDArray[np.float64]:
    """A string: harmonics that die the faster the higher they are."""
    t = _times(seconds)
    sound = np.zeros_like(t)
    for number in range(1, 9):
        sound += np.sin(2 * np.pi * hertz * number * t) * np.exp(-t * (2 + number * 1.1)) / number ** (6 / brightness)
    return sound * np.minimum(1, t * 400) * np.minimum(1, (seconds - t) * 60)


def _play_chords(target: Signal, facts: DemoTruth) -> None:
    """A strummed guitar left and a held organ right."""
    for start, end, chord in facts.chords:
        notes = _chord_notes(chord)
        for beat in (0.0, 1.5, 2.0, 3.0):
            for string, note in enumerate((*notes, notes[0] + 12)):
                strum = _plucked(_hertz(48 + note), _BEAT * 1.1, brightness=6.0) * 0.24
                _add(target, start + beat * _BEAT + string * 0.012, strum, -0.5)
        for note in notes:
            _add(target, start, _held(_hertz(60 + note), round(end - start, 6)), 0.5)


@cache
def _held(hertz: float, seconds: float) -> npt.NDArray[np.float64]:
    """An organ pipe: four harmonics, soft at both ends."""
    t = _times(seconds)
    sound = sum((np.sin(2 * np.pi * hertz * k * t) / k**1.5 for k in (1, 2, 3, 4)), np.zeros_like(t))
    return sound * 0.07 * np.minimum(1, t * 15) * np.minimum(1, (seconds - t) * 15)


def _sing(target: Signal, facts: DemoTruth) -> None:
    for line in facts.lines:
        _add(target, line[0].start, sung(line))


def demo_wav() -> bytes:
    """The song as a 16-bit WAV file."""
    whole = io.BytesIO()
    with wave.open(whole, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((demo_mix() * 32767).astype("<i2").tobytes())
    return whole.getvalue()
