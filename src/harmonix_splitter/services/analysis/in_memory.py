"""Audio that is already in memory, brought to the studio's rate."""

from collections.abc import Iterator

import numpy as np

from harmonix_splitter.errors import InvalidRequestError
from harmonix_splitter.services.ports.analysis import Samples

_BLOCK, _STUDIO_RATE = 1 << 17, 44_100


def studio_blocks(samples: Samples, rate: int) -> Iterator[Samples]:
    """(frames,) or (frames, channels) at any rate -> blocks (frames, channels) at 44.1 kHz."""
    if rate <= 0 or samples.ndim not in (1, 2):
        raise InvalidRequestError("Audio must be (frames,) or (frames, channels) with a rate above zero.")
    sound = np.asarray(samples, np.float32)
    sound = sound[:, None] if sound.ndim == 1 else sound
    if not np.isfinite(sound).all():
        raise InvalidRequestError("The audio holds samples that are not numbers.")
    if rate != _STUDIO_RATE:
        import soxr

        sound = soxr.resample(sound, rate, _STUDIO_RATE)
    for at in range(0, len(sound), _BLOCK):
        yield sound[at : at + _BLOCK]
