"""Make lessons: `python -m training.voice_sounds.make OUT.npz --tracks 110 --seed 11 --music FOLDER`.

A track is half a minute of one voice: flat or lively, slow or fast, stretched and shifted like singing, then heard
through a room, an equaliser and what a separation leaves of a band.
"""

import argparse
import random
from pathlib import Path

import numpy as np
import soundfile as sf
import soxr

from harmonix_splitter.analysis.voice_sounds import HOP, RATE, bands, levelled
from training.voice_sounds.phones import INVENTORIES, OFTEN, kinds_of, phrase
from training.voice_sounds.speaking import Speaker, Spoken

VARIANTS = ("", *(f"+f{n}" for n in range(1, 6)), *(f"+m{n}" for n in range(1, 9)), "+Annie", "+Andy", "+linda",
            "+steph", "+belinda", "+Michael", "+klatt2", "+klatt4", "+Denis", "+Mario", "+aunty", "+Alicia", "+ed",
            "+max", "+quincy", "+zac", "+sandro", "+victor", "+John")  # fmt: skip
LENGTH = 25.0


def track(speaker: Speaker, chance: random.Random) -> tuple[np.ndarray, np.ndarray]:
    """Samples at 16 kHz and the kind of sound of every 20 ms."""
    language = chance.choice([*INVENTORIES, *OFTEN, *OFTEN])
    voice, semitones, pitch = language + chance.choice(VARIANTS), chance.uniform(-3, 4), chance.randint(25, 80)
    parts, kinds, at = [], [], 0.0
    while at < LENGTH:
        level = int(np.clip(pitch + chance.randint(-25, 25), 0, 99))
        spoken = speaker.say(
            phrase(language, chance), voice, chance.randint(75, 210), level, chance.choice([0, 0, 0, 10, 40])
        )
        if len(spoken.samples) < spoken.rate * 0.3:
            continue
        samples, found = _sung(spoken, chance.choice([1, 1, 1.2, 1.5, 1.9]), semitones)
        gap = int(chance.choice([0.05, 0.2, 0.5, 1.5]) * RATE / HOP)
        loud = samples / (np.abs(samples).max() + 1e-6) * chance.uniform(0.3, 1)
        parts += [loud, np.zeros(gap * HOP, np.float32)]
        kinds += [found, np.zeros(gap, np.uint8)]
        at += (len(found) + gap) * HOP / RATE
    return np.concatenate(parts), np.concatenate(kinds)


def _sung(spoken: Spoken, slower: float, semitones: float) -> tuple[np.ndarray, np.ndarray]:
    import python_stretch

    samples = soxr.resample(spoken.samples, spoken.rate, RATE)
    fine = _labels(spoken, len(samples))
    stretch = python_stretch.Signalsmith.Stretch()
    stretch.preset(1, RATE)
    stretch.setTimeFactor(1 / slower)
    stretch.setTransposeSemitones(semitones)
    longer = stretch.process(samples[None].astype(np.float32))[0]
    count = len(longer) // HOP
    at = np.round(np.arange(count) * 2 * len(samples) / len(longer)).astype(int)
    return longer[: count * HOP], fine[np.minimum(at, len(fine) - 1)]


def _labels(spoken: Spoken, samples: int) -> np.ndarray:
    """The kind of every 10 ms."""
    labels, last = np.zeros(samples // 160 + 2, np.uint8), 0
    ends = [*(start for start, _ in spoken.phonemes[1:]), samples / RATE]
    for (start, phoneme), end in zip(spoken.phonemes, ends, strict=True):
        at = start
        for kind, share in kinds_of(phoneme) or [(last, 1.0)]:
            until = at + (end - start) * share
            labels[int(at * 100) : int(until * 100) + 1] = kind
            at, last = until, kind
    return labels


def heard(samples: np.ndarray, music: list[np.ndarray], chance: random.Random, dice: np.random.Generator) -> np.ndarray:
    """The voice through an equaliser, a room, and the rest of a band."""
    spectrum = np.fft.rfft(samples)
    hertz = np.linspace(0, RATE / 2, len(spectrum))
    points = np.linspace(np.log(50), np.log(8050), 7)
    gain = np.interp(np.log(hertz + 50), points, dice.uniform(-7, 7, 7))
    samples = np.fft.irfft(spectrum * 10 ** (gain / 20), len(samples)).astype(np.float32)
    if chance.random() < 0.6:
        samples = samples + chance.uniform(0.05, 0.45) * _room(samples, chance.uniform(0.15, 0.9), dice)
    power = np.sqrt((samples**2).mean())
    if music and chance.random() < 0.85:
        band = chance.choice(music)
        start = chance.randrange(max(1, len(band) - len(samples)))
        band = np.resize(band[start : start + len(samples)], len(samples))
        samples = samples + band / (np.sqrt((band**2).mean()) + 1e-9) * power * 10 ** (-chance.uniform(5, 30) / 20)
    return samples + dice.standard_normal(len(samples)) * power * 10 ** (-chance.uniform(25, 60) / 20)


def _room(samples: np.ndarray, seconds: float, dice: np.random.Generator) -> np.ndarray:
    from scipy.signal import fftconvolve

    count = int(seconds * RATE)
    echo = dice.standard_normal(count) * np.exp(-6.9 * np.arange(count) / count)
    return np.asarray(fftconvolve(samples, echo / np.sqrt((echo**2).sum()))[: len(samples)])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--tracks", type=int, default=110)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--music", type=Path, help="A folder of instrumental recordings.")
    asked = parser.parse_args()
    chance, dice, speaker = random.Random(asked.seed), np.random.default_rng(asked.seed), Speaker()
    music = []
    for path in sorted(asked.music.iterdir()) if asked.music else []:
        samples, rate = sf.read(path, dtype="float32", always_2d=True)
        music.append(soxr.resample(samples.mean(1), rate, RATE))
    arrays = {}
    for number in range(asked.tracks):
        samples, kinds = track(speaker, chance)
        level = levelled(bands(heard(samples, music, chance, dice).astype(np.float32))).astype(np.float16)
        count = min(len(level), len(kinds))
        arrays[f"level{number}"], arrays[f"kinds{number}"] = level[:count], kinds[:count]
        print(f"{number + 1}/{asked.tracks}", flush=True)
    np.savez_compressed(asked.out, **arrays)


if __name__ == "__main__":
    main()
