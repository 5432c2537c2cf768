"""A singer made of sine waves and noise: sings given syllables at exactly known times."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RATE = 16_000
FORMANTS = {
    "a": (750, 1250, 2550),
    "e": (480, 1900, 2550),
    "i": (290, 2250, 3000),
    "o": (460, 850, 2500),
    "u": (320, 750, 2250),
}
HISS, STOPS, HUMS = "sz", "ptkbdg", "mnl"


@dataclass(frozen=True)
class Song:
    """What was sung: samples at 16 kHz, the words, and the second each begins."""

    samples: np.ndarray
    words: tuple[str, ...]
    starts: tuple[float, ...]

    @property
    def text(self) -> str:
        return " ".join(self.words)


def sung(lines: Sequence[str], syllable: float = 0.32, pause: float = 0.9, seed: int = 1) -> Song:
    """Lines of words made of consonant-vowel syllables, such as "lima sotu". Notes of uneven length wander a scale."""
    random = np.random.default_rng(seed)
    parts, words, starts = [_silence(0.6)], [], []
    for line in lines:
        for word in line.split():
            words.append(word)
            starts.append(sum(map(len, parts)) / RATE)
            for at in range(0, len(word), 2):
                pitch = 150.0 * 2 ** (random.integers(0, 10) / 12)
                parts.append(_syllable(word[at : at + 2], syllable * random.uniform(0.8, 1.5), pitch, random))
        parts.append(_silence(pause * random.uniform(0.7, 1.4)))
    samples = np.concatenate(parts)
    return Song((samples / np.abs(samples).max() * 0.7).astype(np.float32), tuple(words), tuple(starts))


def _syllable(letters: str, length: float, pitch: float, random: np.random.Generator) -> np.ndarray:
    consonant, vowel = letters[0], letters[1]
    return np.concatenate([_consonant(consonant, pitch, random), _vowel(vowel, length, pitch, random)])


def _consonant(letter: str, pitch: float, random: np.random.Generator) -> np.ndarray:
    if letter in HISS:
        return _shaped(np.diff(random.standard_normal(int(0.1 * RATE) + 1)) * 0.15)
    if letter in STOPS:
        burst = random.standard_normal(int(0.015 * RATE)) * 0.2
        return np.concatenate([_silence(0.05), burst])
    return _shaped(_voiced((260, 1100, 2300), 0.08, pitch) * 0.35)


def _vowel(letter: str, length: float, pitch: float, random: np.random.Generator) -> np.ndarray:
    return _shaped(_voiced(FORMANTS[letter], length, pitch)) + 0.002 * random.standard_normal(int(length * RATE))


def _voiced(formants: Sequence[float], length: float, pitch: float) -> np.ndarray:
    """Harmonics under three resonances, with a little vibrato."""
    time = np.arange(int(length * RATE)) / RATE
    phase = 2 * np.pi * np.cumsum(pitch * (1 + 0.01 * np.sin(2 * np.pi * 5.5 * time))) / RATE
    sound = np.zeros(len(time))
    for number in range(1, int(5_000 / pitch)):
        hertz = number * pitch
        gain = sum(1 / (1 + ((hertz - centre) / 90) ** 2) / (place + 1) for place, centre in enumerate(formants))
        sound += gain * np.sin(number * phase)
    return sound


def _shaped(sound: np.ndarray) -> np.ndarray:
    edge = min(len(sound) // 4, int(0.02 * RATE))
    shape = np.ones(len(sound))
    shape[:edge] = np.linspace(0, 1, edge)
    shape[-edge:] = np.linspace(1, 0, edge)
    return sound * shape


def _silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE))
