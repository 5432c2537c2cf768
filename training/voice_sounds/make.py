"""Make lessons: `python -m training.voice_sounds.make LESSONS --tracks 150`, a file per track.

A track is half a minute of one voice, spoken slowly or sung, heard through a room and an equaliser. Two of three stand
in front of a band and are taken out of it again by the separator in the package: what it damages and what it lets
through is what the network will meet. The others hear a little of the band, as better separators leave it.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import soxr

from harmonix_splitter.analysis.voice_sounds import HOP, RATE, bands, levelled
from training.voice_sounds.bands import FULL_RATE, Bands, PackageSeparator
from training.voice_sounds.phones import INVENTORIES, OFTEN, phrase
from training.voice_sounds.singing import Sung, labels, sung
from training.voice_sounds.speaking import Speaker, Spoken

VARIANTS = ("", *(f"+f{n}" for n in range(1, 6)), *(f"+m{n}" for n in range(1, 9)), "+Annie", "+Andy", "+linda",
            "+steph", "+belinda", "+Michael", "+klatt2", "+klatt4", "+Denis", "+Mario", "+aunty", "+Alicia", "+ed",
            "+max", "+quincy", "+zac", "+sandro", "+victor", "+John")  # fmt: skip
LENGTH = 25.0
SEPARATED = 0.67


def track(speaker: Speaker, chance: random.Random) -> tuple[np.ndarray, np.ndarray, int]:
    """Samples, the kind of sound of every 10 ms, and the rate."""
    language = chance.choice([*INVENTORIES, *OFTEN, *OFTEN])
    voice, semitones, pitch = language + chance.choice(VARIANTS), chance.uniform(-3, 4), chance.randint(25, 80)
    parts, kinds, at, sings = [], [], 0.0, chance.random() < 0.6
    while at < LENGTH:
        level = int(np.clip(pitch + chance.randint(-25, 25), 0, 99))
        lively = 0 if sings else chance.choice([0, 0, 10, 40])
        spoken = speaker.say(phrase(language, chance), voice, chance.randint(75, 210), level, lively)
        if len(spoken.samples) < spoken.rate * 0.3:
            continue
        said = sung(spoken, chance) if sings else _slowed(spoken, chance.choice([1, 1, 1.2, 1.5, 1.9]), semitones)
        gap = chance.choice([0.05, 0.2, 0.5, 1.5])
        loud = said.samples / (np.abs(said.samples).max() + 1e-6) * chance.uniform(0.3, 1)
        count = len(loud) * 100 // said.rate
        parts += [loud[: count * said.rate // 100], np.zeros(int(gap * said.rate), np.float32)]
        kinds += [said.kinds[:count], np.zeros(int(gap * 100), np.uint8)]
        at += count / 100 + gap
    return np.concatenate(parts), np.concatenate(kinds), spoken.rate


def _slowed(spoken: Spoken, slower: float, semitones: float) -> Sung:
    import python_stretch

    stretch = python_stretch.Signalsmith.Stretch()
    stretch.preset(1, spoken.rate)
    stretch.setTimeFactor(1 / slower)
    stretch.setTransposeSemitones(semitones)
    longer = stretch.process(spoken.samples[None].astype(np.float32))[0]
    fine = labels(spoken)
    count = len(longer) * 100 // spoken.rate
    at = np.round(np.arange(count) * len(spoken.samples) / len(longer)).astype(int)
    return Sung(longer, spoken.rate, fine[np.minimum(at, len(fine) - 1)], np.zeros(0))


def in_a_room(samples: np.ndarray, rate: int, chance: random.Random, dice: np.random.Generator) -> np.ndarray:
    """The voice through an equaliser and, mostly, a room."""
    spectrum = np.fft.rfft(samples)
    hertz = np.linspace(0, rate / 2, len(spectrum))
    points = np.linspace(np.log(50), np.log(8050), 7)
    gain = np.interp(np.log(hertz + 50), points, dice.uniform(-7, 7, 7))
    samples = np.fft.irfft(spectrum * 10 ** (gain / 20), len(samples)).astype(np.float32)
    if chance.random() < 0.6:
        samples = samples + chance.uniform(0.05, 0.45) * _echo(samples, chance.uniform(0.15, 0.9), rate, dice)
    return samples / (np.abs(samples).max() + 1e-6)


def _echo(samples: np.ndarray, seconds: float, rate: int, dice: np.random.Generator) -> np.ndarray:
    from scipy.signal import fftconvolve

    count = int(seconds * rate)
    echo = dice.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    return np.asarray(fftconvolve(samples, echo / np.sqrt((echo**2).sum()))[: len(samples)])


def in_front_of(voice: np.ndarray, band: np.ndarray, louder: float) -> np.ndarray:
    """(samples, 2): the voice in the middle, `louder` decibels above the band where it sings."""
    sounding = np.abs(voice) > 0.02
    power = np.sqrt((voice[sounding] ** 2).mean()) if sounding.any() else 1.0
    gain = power / (np.sqrt((band**2).mean()) + 1e-4) * 10 ** (-louder / 20)
    mix = voice[:, None] + band[: len(voice)] * gain
    return np.asarray(mix * (0.8 / (np.abs(mix).max() + 1e-6)), np.float32)


def heard(voice: np.ndarray, rate: int, music: Bands, separator: PackageSeparator, chance: random.Random) -> np.ndarray:
    """What an aligner would get of this voice: mono at 16 kHz."""
    full = soxr.resample(voice, rate, FULL_RATE)
    band = music.play(len(full) / FULL_RATE + 1, chance)
    if chance.random() < SEPARATED:
        return separator.vocals(in_front_of(full, band, chance.gauss(0, 4)))
    mix = in_front_of(full, band, chance.uniform(8, 40)).mean(1)
    return np.asarray(soxr.resample(mix, FULL_RATE, RATE), np.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--tracks", type=int, default=150)
    parser.add_argument("--first", type=int, default=0, help="Where to begin: several can work beside each other.")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    speaker, music, separator = Speaker(), Bands(), PackageSeparator()
    for number in range(asked.first, asked.first + asked.tracks):
        target = asked.folder / f"{number:04d}.npz"
        if target.exists():
            continue
        chance, dice = random.Random(number), np.random.default_rng(number)
        samples, kinds, rate = track(speaker, chance)
        voice = heard(in_a_room(samples, rate, chance, dice), rate, music, separator, chance)
        noise = dice.standard_normal(len(voice)) * np.sqrt((voice**2).mean()) * 10 ** (-chance.uniform(30, 60) / 20)
        level = levelled(bands((voice + noise).astype(np.float32))).astype(np.float16)
        fewer = kinds[1 :: HOP * 100 // RATE]
        count = min(len(level), len(fewer))
        np.savez_compressed(target, level=level[:count], kinds=fewer[:count])
        print(target.name, flush=True)


if __name__ == "__main__":
    main()
