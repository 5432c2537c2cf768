"""Sings a line of the demo song: a glottal wave, breath and hisses through a throat that moves from sound to sound."""

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from harmonix_splitter.domain.demo import SOUNDS_OF, SungWord

Samples = npt.NDArray[np.float64]
RATE = 44_100
_LOWEST_NOTE = 196.0
_LEVEL = 0.0107
_FRAME, _HOP, _PADDED = 1024, 512, 2048
_HERTZ = np.fft.rfftfreq(_PADDED, 1 / RATE)
_TURN = 4096


@dataclass(frozen=True)
class _Sound:
    """How a sound is made: the throat's first formants in Hz, how much voice and hiss, where the hiss lies, how long.

    Without `seconds` a sound takes what the others leave of its word.
    """

    throat: tuple[float, float, float]
    seconds: float = 0.0
    voice: float = 1.0
    hiss: float = 0.0
    hiss_at: float = 3000.0


# Near Peterson and Barney's averages for a woman's voice, a little higher: a small throat, which bands leave room for.
_VOWELS = {
    "a": (940, 1450, 3030),
    "A": (880, 2090, 3030),
    "e": (670, 2310, 3080),
    "i": (370, 2860, 3360),
    "o": (560, 940, 2900),
    "u": (420, 1100, 2920),
    "@": (620, 1710, 2970),
}
_CONSONANTS = {
    "m": _Sound((310, 1210, 2420), 0.075, 0.6),
    "n": _Sound((310, 1760, 2750), 0.07, 0.6),
    "N": _Sound((310, 2200, 2970), 0.10, 0.6),
    "l": _Sound((420, 1260, 3080), 0.06, 0.8),
    "r": _Sound((460, 1430, 1930), 0.06, 0.8),
    "w": _Sound((340, 720, 2500), 0.08, 0.7),
    "y": _Sound((320, 2750, 3410), 0.06, 0.8),
    "v": _Sound((330, 1430, 2750), 0.06, 0.4, 0.8, 7000),
    "z": _Sound((330, 1870, 2860), 0.08, 0.3, 6.3, 7500),
    "D": _Sound((330, 1650, 2860), 0.05, 0.4, 0.7, 6500),
    "f": _Sound((440, 1430, 2750), 0.09, 0.0, 2.1, 7500),
    "T": _Sound((440, 1650, 2860), 0.09, 0.0, 1.8, 6500),
    "s": _Sound((440, 1870, 2860), 0.11, 0.0, 20.0, 7500),
    "S": _Sound((440, 2090, 2860), 0.12, 0.0, 20.0, 3600),
    "h": _Sound((660, 1650, 2970), 0.07, 0.06, 1.6, 1800),
    "b": _Sound((390, 1100, 2530), 0.02, 0.4, 4.5, 900),
    "d": _Sound((390, 1980, 2970), 0.02, 0.4, 6.0, 4500),
    "g": _Sound((390, 2200, 2640), 0.025, 0.4, 6.0, 2200),
    "p": _Sound((440, 1210, 2640), 0.04, 0.0, 7.5, 1200),
    "t": _Sound((440, 1980, 2970), 0.045, 0.0, 12.0, 5200),
    "k": _Sound((440, 2090, 2640), 0.045, 0.0, 10.5, 2400),
}
_SOUNDS = {letter: _Sound(throat) for letter, throat in _VOWELS.items()} | _CONSONANTS
_STOPS = frozenset("bdgptk")
_CLOSED = _Sound((330, 1540, 2750), 0.045, 0.0)
_GLIDE = 0.08
"""Seconds that the second vowel of a diphthong takes."""


def sung(line: tuple[SungWord, ...]) -> Samples:
    """The singer alone from the line's first word to the end of its last; about 1 at the loudest. Always the same."""
    began = line[0].start
    chance = np.random.default_rng(round(began * 1000))
    t = np.arange(round((line[-1].end - began) * RATE)) / RATE
    edges, sounds = _spoken(line)
    turns = np.cumsum(_pitch(line, t, chance)) / RATE
    air = chance.standard_normal((2, len(t)))
    breath = air[0] * (0.12 + 0.08 * np.cos(2 * np.pi * turns))
    folds = _glottal_period()[(turns * _TURN).astype(int) % _TURN]
    voice = (folds + breath) * _strength(t, chance) * _moving([sound.voice for sound in sounds], edges, 0.012, t)
    hiss = air[1] * _moving([sound.hiss for sound in sounds], edges, 0.006, t)
    return _through_throat(voice, hiss, edges, sounds) * _open(line, t) * _LEVEL


def _spoken(line: tuple[SungWord, ...]) -> tuple[Samples, list[_Sound]]:
    """The sounds of a line, rests between its words included, and where each begins; the last edge is the end."""
    edges, sounds = [0.0], list[_Sound]()
    for word in line:
        rest = word.start - line[0].start - edges[-1]
        if rest > 0:
            sounds.append(_CLOSED)
            edges.append(edges[-1] + rest)
        said = _sounds_of(word.text.lower())
        sounds += said
        edges += (edges[-1] + np.cumsum(_lengths(said, word.end - word.start))).tolist()
    return np.array(edges), sounds


def _sounds_of(word: str) -> list[_Sound]:
    """A stop inside a word is closed before it bursts; a vowel after a vowel is the short end of a diphthong."""
    said = list[_Sound]()
    letters = SOUNDS_OF[word]
    for before, letter in zip(" " + letters, letters, strict=False):
        if letter in _STOPS and before != " ":
            said.append(_CLOSED)
        ends_diphthong = before in _VOWELS and letter in _VOWELS
        said.append(replace(_SOUNDS[letter], seconds=_GLIDE) if ends_diphthong else _SOUNDS[letter])
    return said


def _lengths(said: list[_Sound], seconds: float) -> Samples:
    """Consonants take their time, at most half the word; vowels share the rest."""
    lengths = np.array([sound.seconds for sound in said])
    lengths *= min(1.0, 0.5 * seconds / max(lengths.sum(), 1e-9))
    lengths[lengths == 0] = (seconds - lengths.sum()) / np.count_nonzero(lengths == 0)
    return lengths


def _moving(values: npt.ArrayLike, edges: Samples, glide: float, t: Samples) -> Samples:
    """A value per sound over time, gliding from one to the next; units of `glide` and `t`: seconds."""
    edge = np.minimum(glide, np.diff(edges) / 2)
    knots = np.stack([edges[:-1] + edge, edges[1:] - edge], axis=1).ravel()
    return np.asarray(np.interp(t, knots, np.repeat(np.asarray(values, float), 2)))


def _pitch(line: tuple[SungWord, ...], t: Samples, chance: np.random.Generator) -> Samples:
    """Hertz: notes slide into each other from a little below, tremble, drift, and swing once they are held."""
    began = line[0].start
    edges = np.array([*(word.start - began for word in line), line[-1].end - began])
    steps = _moving([word.semitone for word in line], edges, 0.045, t)
    held = t - edges[np.searchsorted(edges, t, side="right").clip(1, len(line)) - 1]
    scoop = -1.3 * np.exp(-held / 0.05)
    rate = 5.5 + 0.5 * _wander(t, 1.0, chance)
    vibrato = 0.65 * np.clip((held - 0.1) / 0.5, 0, 1) * np.sin(2 * np.pi * np.cumsum(rate) / RATE)
    drift = 0.22 * _wander(t, 2.0, chance) + 0.06 * _wander(t, 25.0, chance)
    return np.asarray(_LOWEST_NOTE * 2 ** ((steps + scoop + vibrato + drift) / 12))


def _wander(t: Samples, rate: float, chance: np.random.Generator) -> Samples:
    """A slow walk by chance, about -1 to 1, that turns `rate` times a second."""
    count = int(t[-1] * rate) + 3
    return np.asarray(np.interp(t * rate, np.arange(count), chance.uniform(-1, 1, count)))


def _strength(t: Samples, chance: np.random.Generator) -> Samples:
    """Louder and softer by chance, slowly and from period to period."""
    return 1 + 0.12 * _wander(t, 3.0, chance) + 0.06 * _wander(t, 60.0, chance)


@cache
def _glottal_period() -> Samples:
    """What the vocal folds send through the throat in one period: harmonics, 8 dB an octave down."""
    turn = np.arange(_TURN) * (2 * np.pi / _TURN)
    return np.asarray(np.sum([np.sin(number * turn) / number**1.3 for number in range(1, 31)], axis=0))


def _open(line: tuple[SungWord, ...], t: Samples) -> Samples:
    """Silent outside the words, whatever still rings."""
    knots = [
        (time - line[0].start, loud)
        for word in line
        for time, loud in ((word.start, 0), (word.start + 0.012, 1), (word.end - 0.06, 1), (word.end, 0))
    ]
    return np.asarray(np.interp(t, *np.array(knots).T))


def _through_throat(voice: Samples, hiss: Samples, edges: Samples, sounds: list[_Sound]) -> Samples:
    """Frame by frame: the voice through the throat of its moment, the hiss through a band of its own."""
    starts = np.arange(-_HOP, len(voice), _HOP)
    now = (starts + _FRAME / 2) / RATE
    formants = [_moving([sound.throat[k] for sound in sounds], edges, 0.04, now)[:, None] for k in range(3)]
    at = _moving([sound.hiss_at for sound in sounds], edges, 0.01, now)[:, None]
    band = 1 / (1 + ((_HERTZ - at) / (0.4 * at)) ** 4)
    parts = np.fft.irfft(_framed(voice) * _throat(formants) + _framed(hiss) * band, axis=1)
    out = np.zeros((len(starts) + _PADDED // _HOP) * _HOP)
    for number, part in enumerate(parts):
        out[number * _HOP : number * _HOP + _PADDED] += part
    return out[_HOP : _HOP + len(voice)]


def _throat(formants: list[Samples]) -> npt.NDArray[np.complex128]:
    """What the throat does to each frequency, a row a frame. Vowels are evened out, as whoever sings does."""
    rings = _upper_throat()
    for formant, width in zip(formants, (80, 120, 200), strict=True):
        rings = rings * _ring(formant, width)
    heard = (_HERTZ > 200) & (_HERTZ < 6000)
    power = np.mean(np.abs(rings[:, heard]) ** 2 / _HERTZ[heard] ** 2, axis=1, keepdims=True)
    return np.asarray(rings / power**0.2)


def _framed(sound: Samples) -> npt.NDArray[np.complex128]:
    padded = np.pad(sound, (_HOP, _FRAME))
    window = np.sin(np.pi * (np.arange(_FRAME) + 0.5) / _FRAME) ** 2
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP][: -(-(len(sound) + _HOP) // _HOP)]
    return np.fft.rfft(frames * window, _PADDED, axis=1)


def _ring(formant: npt.ArrayLike, width: float) -> npt.NDArray[np.complex128]:
    """What a resonance does to each frequency; 1 at 0 Hz."""
    square = np.square(formant)
    return np.asarray(square / (square - _HERTZ**2 + 1j * _HERTZ * width))


@cache
def _upper_throat() -> npt.NDArray[np.complex128]:
    """The fourth formant and up stay where they are; the fourth and fifth lie close, and carry over a band."""
    return np.asarray(np.prod([_ring(at, at / 12) for at in (3300, 3800, *range(4900, 20000, 1100))], axis=0))
