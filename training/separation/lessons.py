"""A lesson: what the network hears of a mixture, and the three numbers per band that say what it should answer."""

from dataclasses import dataclass

import numpy as np
import torch

from harmonix_splitter.audio.bands import (
    FRAME,
    HOP,
    SAMPLE_RATE,
    band_edges,
    band_sums,
    energies,
    features,
    noise_power,
)

STEMS = ("vocals", "drums", "bass", "other")


@dataclass(frozen=True)
class Example:
    """One lesson. Groups are the stems told apart in it; see `training.separation.loss.Truth` for shapes."""

    features: np.ndarray
    mixture: np.ndarray
    shared: np.ndarray
    energy: np.ndarray
    groups: np.ndarray
    trusted: np.ndarray


def spectrum_of(sound: np.ndarray) -> np.ndarray:
    """(n, 2) samples -> (2, frames, bins), by the conventions of `audio.bands`."""
    samples = torch.from_numpy(np.ascontiguousarray(sound.T))
    spectrum = torch.stft(samples, FRAME, HOP, window=torch.hann_window(FRAME), center=False, return_complex=True)
    return spectrum.transpose(1, 2).contiguous().numpy()


def lesson_of(
    spectra: dict[str, np.ndarray], top: float = 22050.0, level_error: float = 0.0, lost: np.ndarray | None = None
) -> Example:
    """Spectra by role -> a lesson. `level_error` (dB): a track's level is not an excerpt's; `lost` is what a codec
    did to the mixture and to no stem."""
    mixture = sum(spectra.values()) + (0 if lost is None else lost)
    power = band_sums(energies(mixture))
    level = max(float(np.sqrt(energies(mixture).sum() / mixture[0].size / 2 / noise_power(1.0))), 1e-4)
    heard = level * 10 ** (level_error / 20)
    groups = _groups(spectra)
    shared, energy = np.zeros((2, 4, *power.shape), np.float32)
    for number, members in enumerate(groups):
        roles = _roles_of(members, spectra)
        if roles:
            own = sum(spectra[role] for role in roles)
            shared[number] = band_sums(mixture.real * own.real + mixture.imag * own.imag)
            energy[number] = band_sums(energies(own))
    unit = noise_power(level)
    middles = np.array(band_edges()[1:]) * (SAMPLE_RATE / FRAME)
    trusted = (middles <= top).astype(np.float32)
    trusted[-1] = max(trusted[-1], float(top >= 22050))
    return Example(features(mixture, heard), power / unit, shared / unit, energy / unit, groups, trusted)


def _groups(spectra: dict[str, np.ndarray]) -> np.ndarray:
    """Which stems are told apart: (4 groups, 4 stems); a row of zeros is an unused group."""
    groups = np.eye(4, dtype=np.float32)
    if "rest" in spectra:
        groups[1:] = 0
        groups[1, 1:] = 1
    elif "rest_no_drums" in spectra:
        groups[2:] = 0
        groups[2, 2:] = 1
    return groups


def _roles_of(members: np.ndarray, spectra: dict[str, np.ndarray]) -> list[str]:
    """The recordings that make up a group."""
    stems = {stem for stem, member in zip(STEMS, members, strict=True) if member}
    if {"drums", "bass", "other"} <= stems:
        stems.add("rest")
    if {"bass", "other"} <= stems:
        stems.add("rest_no_drums")
    return [role for role in spectra if role in stems]
