"""What studios do to sound, by chance: speed, room, echo, doubling, drive, panning, tone."""

from io import BytesIO

import numpy as np
import soundfile
import soxr
from scipy import fft

from harmonix_splitter.audio.bands import BINS, SAMPLE_RATE

Chance = np.random.Generator
Sound = np.ndarray


def hurried(sound: Sound, factor: float, length: int) -> Sound:
    """Played faster (and higher) by a factor, cut to a length; sound is (n, channels) float32."""
    moved = soxr.resample(sound, SAMPLE_RATE * factor, SAMPLE_RATE, "QQ") if abs(factor - 1) > 0.004 else sound
    moved = moved[:length]
    return np.pad(moved, ((0, length - len(moved)), (0, 0)))


def stereo(sound: Sound, chance: Chance) -> Sound:
    """Placed between the speakers; what was stereo keeps most of its width."""
    if sound.shape[1] == 1:
        angle = np.clip(chance.normal(0, 0.18), -0.7, 0.7) + np.pi / 4
        return sound * np.array([[np.cos(angle), np.sin(angle)]], np.float32) * np.float32(2**0.5)
    width = np.float32(chance.uniform(0.5, 1.3))
    middle = sound.mean(axis=1, keepdims=True)
    wide = middle + (sound - middle) * width
    return wide[:, ::-1] if chance.random() < 0.5 else wide


def in_a_room(sound: Sound, chance: Chance) -> Sound:
    """With the decaying noise of a room behind it."""
    seconds = chance.uniform(0.15, 2.2)
    count = int(seconds * SAMPLE_RATE * 0.7)
    time = np.arange(count, dtype=np.float32) / SAMPLE_RATE
    tail = chance.standard_normal((count, 2), dtype=np.float32) * np.exp(-6.9 * time / seconds)[:, None]
    tail = np.cumsum(tail, axis=0) * 0.15 + tail * np.float32(chance.uniform(0.1, 1.0))
    tail[: int(chance.uniform(0, 0.03) * SAMPLE_RATE)] = 0
    tail -= tail.mean(axis=0)
    size = fft.next_fast_len(len(sound) + count, real=True)
    wet = fft.irfft(fft.rfft(sound.mean(axis=1), size)[:, None] * fft.rfft(tail, size, axis=0), size, axis=0)[
        : len(sound)
    ]
    return mixed_in(sound, wet.astype(np.float32), chance.uniform(-22, -6))


def mixed_in(sound: Sound, added: Sound, decibels: float) -> Sound:
    """`added` under `sound` at a level relative to it."""
    own, other = np.sqrt(np.mean(sound**2)), np.sqrt(np.mean(added**2))
    return sound + added * np.float32(own / (other + 1e-9) * 10 ** (decibels / 20))


def echoed(sound: Sound, chance: Chance) -> Sound:
    """With up to three fading repeats."""
    delay, gain = int(chance.uniform(0.08, 0.5) * SAMPLE_RATE), np.float32(chance.uniform(0.1, 0.4))
    wet = sound.copy()
    for turn in range(1, 4):
        if turn * delay < len(sound):
            wet[turn * delay :] += sound[: -turn * delay] * gain**turn
    return wet


def doubled(sound: Sound, chance: Chance) -> Sound:
    """Sung twice: a slightly detuned, late copy on each side."""
    sides = []
    for _ in range(2):
        copy = hurried(sound[:, :1], chance.uniform(0.994, 1.006), len(sound))
        sides.append(np.roll(copy[:, 0], int(chance.uniform(0.005, 0.035) * SAMPLE_RATE)))
    return mixed_in(sound, np.stack(sides, axis=1), chance.uniform(-10, 0))


def driven(sound: Sound, chance: Chance) -> Sound:
    """Saturated."""
    strength = np.float32(chance.uniform(1.0, 6.0) / (np.abs(sound).max() + 1e-6))
    return np.tanh(sound * strength) / strength


def squeezed(sound: Sound, chance: Chance) -> Sound:
    """Compressed: loud stretches turned down."""
    return sound * squeeze(sound, chance.uniform(0.1, 0.6))[:, None]


def squeeze(sound: Sound, amount: float) -> Sound:
    """The gain over time a compressor would apply; to be applied to everything that must still sum up."""
    power = np.square(sound).mean(axis=1)
    block = 512
    count = -(-len(power) // block)
    power = np.pad(power, (0, count * block - len(power))).reshape(count, block).mean(axis=1)
    smooth = np.convolve(np.pad(power, 4, mode="edge"), np.ones(9) / 9, mode="valid")
    gain = (smooth / (smooth.mean() + 1e-12) + 0.05) ** (-amount / 2)
    return np.interp(np.arange(len(sound)), np.arange(count) * block + block / 2, np.minimum(gain, 3.0)).astype(
        np.float32
    )


def coded(sound: Sound, chance: Chance) -> Sound:
    """As a lossy file gives it back, in time and in full length."""
    file = BytesIO()
    form = "MP3" if chance.random() < 0.5 else "OGG"
    soundfile.write(file, np.clip(sound, -1, 1), SAMPLE_RATE, format=form, compression_level=chance.uniform(0.3, 0.75))
    file.seek(0)
    back = soundfile.read(file, dtype="float32", always_2d=True)[0][: len(sound)]
    return np.pad(back, ((0, len(sound) - len(back)), (0, 0)))


def tone(chance: Chance, decibels: float) -> np.ndarray:
    """A gain per bin: a smooth random equaliser, now and then with a telephone's or a small speaker's borders."""
    places = np.log2(np.array([30, 90, 250, 700, 2000, 5500, 12000, 22050.0]))
    frequencies = np.log2(np.maximum(np.arange(BINS) * (SAMPLE_RATE / 2 / (BINS - 1)), 20.0))
    curve = np.interp(frequencies, places, chance.normal(0, decibels, len(places)))
    if chance.random() < 0.1:
        curve -= 12 * np.maximum(np.log2(chance.uniform(60, 350)) - frequencies, 0)
    if chance.random() < 0.08:
        curve -= 18 * np.maximum(frequencies - np.log2(chance.uniform(4000, 14000)), 0)
    return (10 ** (np.clip(curve, -60, 18) / 20)).astype(np.float32)
