"""Which instruments play: each stem says whether its own is there, the rest and the mix say what else is."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from harmonix_splitter.analysis.calibration import trusted
from harmonix_splitter.analysis.instrument_model import NAMES, SILENCE, Patches, chances_in

Floats = NDArray[Any]

REST = "other"
TELLING = (*NAMES, REST)
# Nobody separates a rest without these three, so what the rest holds of them is leakage.
_SEPARATE = ("vocals", "drums", "bass")
# Of the loudness of the mix, over the loudest tenth of the song: what a separation leaves in a stem nobody plays in
# lies below the one, what somebody plays above the other.
_HARDLY_THERE, _THERE, _A_WHILE = 0.015, 0.03, 10


def in_mix(whole: Patches) -> dict[str, float]:
    """Chance of each instrument, heard in everything at once."""
    return {name: trusted("instruments", chance) for name, chance in chances_in(whole).items()}


def in_stems(stems: Mapping[str, Patches], mix: Floats) -> dict[str, dict[str, float]]:
    """What each stem tells; `mix` is the loudness of the whole, patch by patch."""
    return {name: _in_stem(name, patches, mix) for name, patches in stems.items()}


def _in_stem(name: str, patches: Patches, mix: Floats) -> dict[str, float]:
    if name == REST:
        heard = chances_in(patches)
        return {each: trusted("instruments", heard[each]) for each in NAMES if each not in _SEPARATE}
    # A separator of these three was taught on more voices than the network that hears instruments ever met.
    chance = 1.0 if name in _SEPARATE else chances_in(patches)[name]
    return {name: chance * _stands_out(patches, mix)}


def _stands_out(patches: Patches, mix: Floats) -> float:
    """0 for a stem that is all but silent wherever the song sounds, 1 for one that is clearly there for a while."""
    count = min(len(patches.loudness), len(mix))
    if not count:
        return 0.0
    share = (patches.loudness[:count] - SILENCE) / np.maximum(mix[:count], 1e-6)
    loudest = float(np.sort(share)[-max(1, count // _A_WHILE) :].mean())
    return float(np.clip((loudest - _HARDLY_THERE) / (_THERE - _HARDLY_THERE), 0, 1))


def total_loudness(stems: Iterable[Patches]) -> Floats:
    """The loudness of the whole, patch by patch, from that of its stems."""
    each = [patches.loudness for patches in stems]
    longest = max((len(loudness) for loudness in each), default=0)
    return np.asarray(sum((np.pad(loudness, (0, longest - len(loudness))) for loudness in each), np.zeros(longest)))


def together(mix: Mapping[str, float], stems: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """A stem is believed about its own instrument, the rest about those without a stem, the mix about what is left."""
    known = {**mix, **stems.get(REST, {})}
    known |= {name: told[name] for name, told in stems.items() if name != REST}
    return {name: known.get(name, 0.0) for name in NAMES}
