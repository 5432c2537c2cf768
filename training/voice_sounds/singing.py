"""Speech made into singing by the WORLD vocoder: vowels held for notes, notes drawn from a scale; labels move along."""

import random
from dataclasses import dataclass

import numpy as np

from training.voice_sounds.phones import is_vowel, kinds_of
from training.voice_sounds.speaking import Spoken

STEP = 0.005
_SCALE = (0, 2, 4, 5, 7, 9, 11)
_LEAPS = (-2, -1, -1, 0, 0, 1, 1, 2, 3, -3)


@dataclass(frozen=True)
class Sung:
    """Samples, the kind of sound of every 10 ms, and when each word begins (seconds)."""

    samples: np.ndarray
    rate: int
    kinds: np.ndarray
    words: np.ndarray


def sung(spoken: Spoken, chance: random.Random, beat: float = 0.0) -> Sung:
    """The phrase on a melody of its own; `beat` is a short note's length in seconds (0: by chance)."""
    import pyworld

    sound = spoken.samples.astype(np.float64)
    pitch, times = pyworld.dio(sound, spoken.rate, f0_floor=60, f0_ceil=600, frame_period=STEP * 1000)
    envelope = pyworld.cheaptrick(sound, pitch, times, spoken.rate)
    breath = pyworld.d4c(sound, pitch, times, spoken.rate)
    frames, notes = _held(spoken, len(pitch), beat or chance.uniform(0.12, 0.28), chance)
    whole = np.clip(np.round(frames).astype(int), 0, len(pitch) - 1)
    tune = np.where(pitch[whole] > 0, _tune(notes, len(frames), _comfortable(pitch), chance), 0.0)
    samples = pyworld.synthesize(
        tune, np.ascontiguousarray(envelope[whole]), np.ascontiguousarray(breath[whole]), spoken.rate, STEP * 1000
    )
    kinds = labels(spoken)[np.minimum(frames[::2] * STEP * 100, len(sound) / spoken.rate * 100).astype(int)]
    words = np.interp(spoken.words, frames * STEP, np.arange(len(frames)) * STEP)
    return Sung(samples.astype(np.float32), spoken.rate, kinds, words)


def labels(spoken: Spoken) -> np.ndarray:
    """The kind of every 10 ms of the phrase as it was spoken."""
    seconds = len(spoken.samples) / spoken.rate
    found, last = np.zeros(int(seconds * 100) + 2, np.uint8), 0
    ends = [*(start for start, _ in spoken.phonemes[1:]), seconds]
    for (start, phoneme), end in zip(spoken.phonemes, ends, strict=True):
        at = start
        for kind, share in kinds_of(phoneme) or [(last, 1.0)]:
            until = at + (end - start) * share
            found[int(at * 100) : int(until * 100) + 1] = kind
            at, last = until, kind
    return found


def _held(spoken: Spoken, count: int, beat: float, chance: random.Random) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Which spoken frame each sung frame takes, vowels stretched to whole beats, and where each note lies."""
    edges = [round(start / STEP) for start, _ in spoken.phonemes]
    frames, notes, at = [np.arange(min(edges[0], count), dtype=float)], [], min(edges[0], count)
    for (_, phoneme), start, end in zip(spoken.phonemes, edges, [*edges[1:], count], strict=True):
        length = max(0, min(end, count) - start)
        longer = round(length * chance.uniform(0.9, 1.3))
        if is_vowel(phoneme):
            longer = max(length, round(beat * chance.choice((1, 1, 1, 2, 2, 3, 4)) / STEP))
            notes.append((at, at + longer))
        frames.append(start + np.linspace(0, max(0, length - 1), longer))
        at += longer
    return np.concatenate(frames), notes


def _tune(notes: list[tuple[int, int]], count: int, centre: float, chance: random.Random) -> np.ndarray:
    """Hertz per frame: each note on a scale, short glides between, vibrato on the long ones."""
    tone, line = chance.randint(0, 4), np.full(count, centre)
    for (start, end), until in zip(notes, [*(start for start, _ in notes[1:]), count], strict=True):
        tone = min(9, max(-3, tone + chance.choice(_LEAPS)))
        line[start:until] = centre + _SCALE[tone % 7] + 12 * (tone // 7)
        if end - start > 60:
            time = np.arange(end - start) * STEP
            line[start:end] += 0.4 * np.clip(time - 0.15, 0, 0.4) / 0.4 * np.sin(2 * np.pi * 5.5 * time)
    glide = np.hanning(chance.randint(8, 22))
    smooth = np.convolve(np.pad(line, len(glide), mode="edge"), glide / glide.sum(), "same")[len(glide) : -len(glide)]
    return np.asarray(440 * 2 ** ((smooth - 69) / 12))


def _comfortable(pitch: np.ndarray) -> float:
    """Where this voice speaks, as a MIDI number; it sings from there upwards."""
    voiced = pitch[pitch > 0]
    return 57.0 if not len(voiced) else float(69 + 12 * np.log2(np.median(voiced) / 440))
