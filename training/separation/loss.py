"""The true error of masked spectra, without ever leaving the bands.

For a real mask m that is constant within a band, the sum over the band's bins of |m X - S|^2 is
m^2 E(X) - 2 m Re<X, S> + E(S). So three numbers per band say exactly how wrong a stem is, phase and all.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

# Energies are relative to the track's level (see audio/bands.py): this lies 60 dB under it.
_TINY = 1e-6


@dataclass(frozen=True)
class Truth:
    """What a batch should have become. Shapes: b batch, g groups, s stems, c channels, t frames, f bands."""

    mixture: Tensor
    """(b, c, t, f) energy of the mixture."""
    shared: Tensor
    """(b, g, c, t, f) real part of the inner product of mixture and group."""
    energy: Tensor
    """(b, g, c, t, f) energy of the group."""
    groups: Tensor
    """(b, g, s) 1 where a stem belongs to a group: some songs only tell voice from rest. Empty groups are unused."""
    trusted: Tensor
    """(b, f) 1 where the recordings are real, 0 above the top of band-limited ones."""


def squared_error(masks: Tensor, truth: Truth) -> Tensor:
    """(b, g, c, t, f): energy of what is wrong with each group."""
    grouped = torch.einsum("bsctf,bgs->bgctf", masks, truth.groups)
    wrong = grouped.square() * truth.mixture[:, None] - 2 * grouped * truth.shared + truth.energy
    return wrong.clamp_min(0)


def loss_of(masks: Tensor, truth: Truth, log_weight: float, floor: float = 0.02) -> Tensor:
    """Amplitude error relative to the mixture, plus `log_weight` times log10 of each group's error over the mixture.

    The first part is kind to quiet details, the second is the SDR itself, floored so that a perfectly silent stem
    cannot pull for ever. A silent mixture costs nothing and divides nothing.
    """
    wrong = squared_error(masks, truth)
    weight = truth.trusted[:, None, None, None, :]
    used = (truth.groups.sum(-1) > 0).float()
    mixture = truth.mixture[:, None] * weight
    amplitude = ((wrong + _TINY).sqrt() - _TINY**0.5) * weight
    size = ((mixture + _TINY).sqrt() - _TINY**0.5).sum((2, 3, 4)).clamp_min(1.0)
    relative = (amplitude.sum((2, 3, 4)) / size * used).sum(1)
    whole = mixture.sum((2, 3, 4)).clamp_min(1.0)
    share = (wrong * weight).sum((2, 3, 4)) / whole
    logs = (torch.log10(share + floor) * used).sum(1) / used.sum(1).clamp_min(1.0)
    return (relative + log_weight * logs).mean()
