"""One pass over a recording that keeps all the analysers need: onsets in bands, timbre, pitch energies, level.

The recording is heard in blocks, so memory grows with the small summaries and not with the audio. Conventions: mono
float32 at `RATE`; `onsets` at `ONSET_RATE` frames a second, frame i centred on i / ONSET_RATE; `pitches` at
`PITCH_RATE`; `timbre`, `flutter` (how much each band of timbre moves within a frame) and `level` at `TIMBRE_RATE`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

RATE = 22050
ONSET_HOP, ONSET_WINDOW = 256, 1024
PITCH_HOP, PITCH_WINDOW = 1024, 8192
ONSET_RATE, PITCH_RATE = RATE / ONSET_HOP, RATE / PITCH_HOP
MEL_BANDS, ONSET_BANDS = 40, 8
TIMBRE_STEP = 8
TIMBRE_RATE = ONSET_RATE / TIMBRE_STEP
LOWEST_NOTE, NOTES, BINS_PER_SEMITONE = 21, 84, 3
PITCH_BINS = NOTES * BINS_PER_SEMITONE
_QUIETEST = 3e-4  # about -70 dB: what lies below is not heard as an onset


@dataclass(frozen=True)
class Spectra:
    """What was heard; all arrays are frames first."""

    onsets: Floats
    timbre: Floats
    flutter: Floats
    level: Floats
    pitches: Floats
    sample_count: int

    @property
    def duration(self) -> float:
        return self.sample_count / RATE


@dataclass
class SpectraStream:
    """Takes mono blocks of any length, gives the Spectra at the end. Pitches may be left out, or all but them."""

    with_pitches: bool = True
    with_onsets: bool = True
    _onset_frames: "_Frames" = field(default_factory=lambda: _Frames(ONSET_WINDOW, ONSET_HOP))
    _pitch_frames: "_Frames" = field(default_factory=lambda: _Frames(PITCH_WINDOW, PITCH_HOP))
    _last_mel: Floats | None = None
    _mel_left: Floats = field(default_factory=lambda: np.zeros((0, MEL_BANDS), np.float32))
    _onsets: list[Floats] = field(default_factory=list)
    _timbre: list[Floats] = field(default_factory=list)
    _flutter: list[Floats] = field(default_factory=list)
    _level: list[Floats] = field(default_factory=list)
    _pitches: list[Floats] = field(default_factory=list)
    _sample_count: int = 0

    def hear(self, block: Floats) -> None:
        self._sample_count += len(block)
        if self.with_onsets:
            self._hear_onsets(self._onset_frames.of(block))
        if self.with_pitches:
            self._hear_pitches(self._pitch_frames.of(block))

    def finish(self) -> Spectra:
        if self.with_onsets:
            self._hear_onsets(self._onset_frames.rest())
        if self.with_pitches:
            self._hear_pitches(self._pitch_frames.rest())
        return Spectra(
            onsets=_joined(self._onsets, ONSET_BANDS),
            timbre=_joined(self._timbre, MEL_BANDS),
            flutter=_joined(self._flutter, MEL_BANDS),
            level=_joined(self._level, 1)[:, 0],
            pitches=_joined(self._pitches, PITCH_BINS, np.float16),
            sample_count=self._sample_count,
        )

    def _hear_onsets(self, frames: Floats) -> None:
        if not len(frames):
            return
        magnitude = magnitudes(frames)
        mel = np.log(_through(_sparse_mel(), magnitude) + _QUIETEST)
        before = self._last_mel if self._last_mel is not None else mel[:1]
        self._onsets.append(_flux(np.concatenate([before, mel])) @ _band_groups())
        self._last_mel = mel[-1:]
        self._keep_timbre(mel)

    def _keep_timbre(self, mel: Floats) -> None:
        mel = np.concatenate([self._mel_left, mel])
        whole = len(mel) // TIMBRE_STEP * TIMBRE_STEP
        self._mel_left = mel[whole:]
        grouped = mel[:whole].reshape(-1, TIMBRE_STEP, MEL_BANDS)
        self._timbre.append(grouped.mean(axis=1))
        self._flutter.append(grouped.std(axis=1))
        self._level.append(np.exp(grouped).sum(axis=2).mean(axis=1)[:, None])

    def _hear_pitches(self, frames: Floats) -> None:
        if len(frames):
            heard = _through(_sparse_pitches(), magnitudes(frames)[:, : _top_bin()])
            self._pitches.append((heard * 100).astype(np.float16))


def heard(blocks: Iterable[Floats], with_pitches: bool = True) -> Spectra:
    """The Spectra of a whole recording given in mono blocks."""
    stream = SpectraStream(with_pitches)
    for block in blocks:
        stream.hear(block)
    return stream.finish()


class _Frames:
    """Cuts a stream into centred, overlapping windows."""

    def __init__(self, window: int, hop: int) -> None:
        self.window, self.hop = window, hop
        self._held: Floats = np.zeros(window // 2, np.float32)

    def of(self, block: Floats) -> Floats:
        self._held = np.concatenate([self._held, block])
        count = max(0, (len(self._held) - self.window) // self.hop + 1)
        frames = _windows(self._held, self.window, self.hop, count)
        self._held = self._held[count * self.hop :]
        return frames

    def rest(self) -> Floats:
        return self.of(np.zeros(self.window // 2, np.float32))


def _windows(audio: Floats, window: int, hop: int, count: int) -> Floats:
    if count == 0:
        return np.zeros((0, window), np.float32)
    return np.lib.stride_tricks.sliding_window_view(audio, window)[: count * hop : hop]


def magnitudes(frames: Floats) -> Floats:
    """Hann-windowed magnitude spectra; a full-scale sine reads 1."""
    import scipy.fft

    width = frames.shape[1]
    spectrum = scipy.fft.rfft(frames * _hann(width), axis=1)
    return np.abs(spectrum) * np.float32(4 / width)


@cache
def _hann(width: int) -> Floats:
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(width) / width)).astype(np.float32)


def _flux(mel: Floats) -> Floats:
    """How much each band rose over its loudest neighbour a frame ago, so that vibrato is no onset."""
    widest = mel[:-1].copy()
    widest[:, 1:] = np.maximum(widest[:, 1:], mel[:-1, :-1])
    widest[:, :-1] = np.maximum(widest[:, :-1], mel[:-1, 1:])
    return np.maximum(mel[1:] - widest, 0)


def _joined(parts: list, width: int, kind: type = np.float32) -> NDArray:  # type: ignore[type-arg]
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.zeros((0, width), kind)


@cache
def mel_filters(low: float = 30.0, high: float = 10500.0) -> Floats:
    """Triangles, evenly spaced in mel, each summing to one: (bins, bands)."""
    bins = np.arange(ONSET_WINDOW // 2 + 1) * RATE / ONSET_WINDOW
    edges = 700 * (np.exp(np.linspace(np.log1p(low / 700), np.log1p(high / 700), MEL_BANDS + 2)) - 1)
    rising = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0, np.minimum(rising, falling))
    return (triangles / np.maximum(triangles.sum(axis=0), 0.5)).astype(np.float32)


def _through(filters: Any, magnitude: Floats) -> Floats:
    """Filters are all but empty: sparse they cost a twentieth."""
    return np.ascontiguousarray((filters @ magnitude.T).T)


@cache
def _sparse_mel() -> Any:
    from scipy.sparse import csr_array

    return csr_array(mel_filters().T)


@cache
def _sparse_pitches() -> Any:
    from scipy.sparse import csr_array

    return csr_array(pitch_filters().T)


@cache
def _band_groups() -> Floats:
    groups = np.zeros((MEL_BANDS, ONSET_BANDS), np.float32)
    for band in range(MEL_BANDS):
        groups[band, band * ONSET_BANDS // MEL_BANDS] = ONSET_BANDS / MEL_BANDS
    return groups


@cache
def _top_bin() -> int:
    highest = 440 * 2 ** ((LOWEST_NOTE + NOTES + 1 - 69) / 12)
    return int(highest * PITCH_WINDOW / RATE) + 2


@cache
def pitch_filters() -> Floats:
    """Raised cosines a third of a semitone apart: (bins up to the top note, PITCH_BINS). Bin 1, 4, ... are in tune."""
    bins = np.arange(1, _top_bin()) * RATE / PITCH_WINDOW
    semitones = 12 * np.log2(bins / 440) + 69
    centres = LOWEST_NOTE + (np.arange(PITCH_BINS) - 1) / BINS_PER_SEMITONE
    widths = np.maximum(
        1 / BINS_PER_SEMITONE, 1.2 * 12 / np.log(2) * RATE / PITCH_WINDOW / (440 * 2 ** ((centres - 69) / 12))
    )
    distance = np.abs(semitones[:, None] - centres[None, :]) / widths
    weights = np.where(distance < 1, 0.5 + 0.5 * np.cos(np.pi * distance), 0)
    weights /= np.maximum(weights.sum(axis=0), 1e-9)
    return np.concatenate([np.zeros((1, PITCH_BINS)), weights]).astype(np.float32)
