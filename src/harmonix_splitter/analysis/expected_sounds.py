"""What the network of `voice_sounds` is likely to hear when the text says so: a share for each kind of sound.

Rows add up to one. An onset also says how many frames of 20 ms it takes.
"""

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.syllables import Sound
from harmonix_splitter.analysis.voice_sounds import SOUNDS

Floats = NDArray[np.float64]


def _shares(rest: float, **shares: float) -> Floats:
    row = np.array([shares.get(name, rest) for name in SOUNDS])
    return np.asarray(row / row.sum())


VOWELS = {
    "a": _shares(0.01, a=0.6, e=0.12, o=0.12, i=0.02, u=0.02, nasal=0.03, liquid=0.06),
    "e": _shares(0.01, a=0.13, e=0.5, i=0.16, o=0.04, u=0.02, nasal=0.03, liquid=0.06),
    "i": _shares(0.01, e=0.2, i=0.6, u=0.03, a=0.02, o=0.01, nasal=0.04, liquid=0.06),
    "o": _shares(0.01, a=0.16, o=0.5, u=0.16, e=0.04, i=0.01, nasal=0.03, liquid=0.07),
    "u": _shares(0.01, o=0.18, u=0.44, i=0.14, e=0.04, a=0.02, nasal=0.05, liquid=0.08),
    "": _shares(0.01, a=0.2, e=0.2, i=0.15, o=0.15, u=0.1, nasal=0.05, liquid=0.07),
}
# A glide is held on its first vowel and ends in the second.
_GLIDES = ("ai", "ei", "oi", "ou", "au")
ENDINGS = {glide: 0.4 * VOWELS[glide[0]] + 0.6 * VOWELS[glide[1]] for glide in _GLIDES}
VOWELS |= {glide: 0.8 * VOWELS[glide[0]] + 0.2 * VOWELS[glide[1]] for glide in _GLIDES}
ONSETS = {
    Sound.HISS: (4, _shares(0.015, hiss=0.65, breath=0.08, stop=0.12, silence=0.03)),
    Sound.BREATH: (3, _shares(0.03, breath=0.35, hiss=0.15, stop=0.08, silence=0.05, liquid=0.12, nasal=0.05)),
    Sound.STOP: (3, _shares(0.03, stop=0.45, hiss=0.08, breath=0.08, silence=0.17, nasal=0.05)),
    Sound.HUM: (3, _shares(0.04, nasal=0.35, liquid=0.35, breath=0.05)),
}
REST = _shares(0.02, silence=0.8)
