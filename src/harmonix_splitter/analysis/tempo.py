"""How fast the music goes, moment by moment: a tempogram and the smoothest likely path through it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

SLOWEST, FASTEST, STEPS_PER_OCTAVE = 30.0, 330.0, 48
WINDOW_SECONDS, HOP_SECONDS = 9.0, 1.0


@dataclass(frozen=True)
class Tempogram:
    """Pulse strength: (moments, tempi); `tempi` in BPM, evenly spaced in octaves; a moment every HOP_SECONDS."""

    strength: Floats
    tempi: Floats

    def index_of(self, tempo: float) -> int:
        return int(np.clip(round(float(np.log2(tempo / SLOWEST)) * STEPS_PER_OCTAVE), 0, len(self.tempi) - 1))


def tempogram_of(envelope: Floats, rate: float) -> Tempogram:
    """Autocorrelation in overlapping windows, read at the beat, two and four beats."""
    count = int(np.log2(FASTEST / SLOWEST) * STEPS_PER_OCTAVE) + 1
    tempi = SLOWEST * 2 ** (np.arange(count) / STEPS_PER_OCTAVE)
    alike = _autocorrelations(envelope, rate)
    lags = 60 * rate / tempi
    strength = np.maximum(_read_at(alike, lags), 0)
    return Tempogram(strength.astype(np.float32), tempi.astype(np.float32))


def _autocorrelations(envelope: Floats, rate: float) -> Floats:
    import scipy.fft

    width, hop = int(WINDOW_SECONDS * rate), int(HOP_SECONDS * rate)
    padded = np.concatenate([np.zeros(width // 2), envelope - envelope.mean(), np.zeros(width // 2 + hop)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, width)[::hop]
    frames = frames * np.hanning(width)
    size = scipy.fft.next_fast_len(2 * width)
    power = np.abs(scipy.fft.rfft(frames, size, axis=1)) ** 2
    raw = scipy.fft.irfft(power, size, axis=1)[:, :width]
    window = np.hanning(width)
    fade = scipy.fft.irfft(np.abs(scipy.fft.rfft(window, size)) ** 2, size)[:width]
    alike = raw / np.maximum(raw[:, :1], 1e-9) / np.maximum(fade / fade[0], 0.05)
    return alike.astype(np.float32)


def _read_at(alike: Floats, lags: Floats) -> Floats:
    whole = np.minimum(lags.astype(int), alike.shape[1] - 2)
    share = np.minimum(lags - whole, 1)
    return alike[:, whole] * (1 - share) + alike[:, whole + 1] * share


def steady_tempi(tempogram: Tempogram, slowest: float, fastest: float, most: int) -> list[float]:
    """The strongest pulses of the whole song, best first; a pulse counts more when its halves pulse as well."""
    tempi, strength = tempogram.tempi, _with_multiples(tempogram).mean(axis=0)
    peaks = np.flatnonzero((strength[1:-1] >= strength[:-2]) & (strength[1:-1] > strength[2:])) + 1
    peaks = peaks[(tempi[peaks] >= slowest) & (tempi[peaks] <= fastest) & (strength[peaks] > 0)]
    best = peaks[np.argsort(-strength[peaks])][:most]
    return [float(tempi[peak]) for peak in best]


def path_near(tempogram: Tempogram, centre: float, octaves: float = 0.12) -> Floats:
    """The BPM at each moment of the strongest path that stays near `centre`."""
    middle, reach = tempogram.index_of(centre), int(octaves * STEPS_PER_OCTAVE)
    low = max(0, middle - reach)
    narrow = tempogram.strength[:, low : middle + reach + 1]
    return tempogram.tempi[low + _smoothest(6.0 * narrow)]


def clarity_along(tempogram: Tempogram, beats: Floats) -> float:
    """How alike the music is to itself a beat later, along these beats: near 0 without a pulse, 1 for a clock."""
    moments = np.arange(len(tempogram.strength)) * HOP_SECONDS
    local = np.interp(moments, (beats[1:] + beats[:-1]) / 2, 60 / np.diff(beats))
    places = [tempogram.index_of(float(bpm)) for bpm in local]
    near = [row[max(0, at - 1) : at + 2].max() for row, at in zip(tempogram.strength, places, strict=True)]
    return float(np.mean(near))


def _with_multiples(tempogram: Tempogram) -> Floats:
    """A pulse is the more believable when every second and fourth of it is one as well."""
    strength, octave = tempogram.strength, STEPS_PER_OCTAVE
    total = strength.copy()
    for octaves, weight in ((1, 0.5), (2, 0.25)):
        total[:, octaves * octave :] += weight * strength[:, : -octaves * octave]
    return total / 1.75


def _smoothest(emission: Floats) -> Floats:
    """Viterbi with a price on every step of tempo between neighbouring moments."""
    moments, count = emission.shape
    distance = np.abs(np.arange(count)[:, None] - np.arange(count)[None, :])
    price = np.minimum(0.25 * distance, 4.0)
    back = np.zeros((moments, count), np.int32)
    score = emission[0].astype(np.float64)
    for moment in range(1, moments):
        reached = score[:, None] - price
        back[moment] = reached.argmax(axis=0)
        score = reached.max(axis=0) + emission[moment]
    path = np.zeros(moments, np.intp)
    path[-1] = int(score.argmax())
    for moment in range(moments - 1, 0, -1):
        path[moment - 1] = back[moment, path[moment]]
    return path
