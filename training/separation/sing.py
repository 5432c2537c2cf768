"""Make singers: real and spoken voices taken apart by the WORLD vocoder and sung anew, by other throats.

    python -m training.separation.sing

Reads the voices in the cache (never the held-out ones) and adds, for each, variants with another vocal tract length,
pitch, vibrato and breath; speech and espeak-ng's many voices are given melodies made by chance.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from training.separation.store import Clip, clips, keep, read

RATE = 44100
STEP = 0.005
_SCALE = np.array([0, 2, 4, 5, 7, 9, 11])
_LANGUAGES = (
    "en-us",
    "en-gb",
    "de",
    "fr-fr",
    "it",
    "es",
    "pt-br",
    "sv",
    "pl",
    "tr",
    "sw",
    "id",
    "el",
    "ro",
    "fi",
    "hu",
)
_THROATS = (
    "",
    "+f1",
    "+f2",
    "+f3",
    "+f4",
    "+f5",
    "+m1",
    "+m2",
    "+m3",
    "+m4",
    "+m5",
    "+m6",
    "+m7",
    "+croak",
    "+klatt2",
    "+klatt4",
)
_ONSETS = ("", "b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "sh", "st", "tr", "bl")
_NUCLEI = ("a", "e", "i", "o", "u", "ai", "ou", "ee", "oo", "ah")
_CODAS = ("", "", "", "n", "l", "s", "m", "t", "r", "ng")

# For each kind of voice: how many stretches of each recording are taken, and how many singers made of each.
_ROUNDS = {"songs_multitrack": (5, 2), "singing": (2, 3), "speech_sung": (1, 3), "singing_synth": (1, 1)}

Chance = np.random.Generator


class Voice:
    """A recording as the vocoder sees it: pitch (Hz, 0 where unvoiced), envelope and breath per 5 ms."""

    def __init__(self, samples: np.ndarray) -> None:
        import pyworld

        sound = np.ascontiguousarray(samples, dtype=np.float64)
        pitch, times = pyworld.dio(sound, RATE, f0_floor=65, f0_ceil=1000, frame_period=STEP * 1000)
        self.pitch = pyworld.stonemask(sound, pitch, times, RATE)
        self.envelope = pyworld.cheaptrick(sound, self.pitch, times, RATE)
        self.breath = pyworld.d4c(sound, self.pitch, times, RATE)

    def sung(self, frames: np.ndarray, pitch: np.ndarray, throat: float, breathy: float) -> np.ndarray:
        """These frames at this pitch; `throat` above 1 is a smaller singer, `breathy` adds air."""
        import pyworld

        bins = self.envelope.shape[1]
        places = np.clip(np.arange(bins) / throat, 0, bins - 1.001)
        low = places.astype(int)
        part = places - low
        whole = frames.astype(int)
        envelope = self.envelope[whole]
        moved = np.exp(np.log(envelope[:, low] + 1e-16) * (1 - part) + np.log(envelope[:, low + 1] + 1e-16) * part)
        air = np.clip(self.breath[whole] + breathy * np.linspace(0, 1, bins), 0, 1)
        return pyworld.synthesize(pitch, np.ascontiguousarray(moved), np.ascontiguousarray(air), RATE, STEP * 1000)


def reshaped(voice: Voice, chance: Chance) -> np.ndarray:
    """The same song by another throat: transposed, stretched a little, formants moved."""
    frames = np.arange(0, len(voice.pitch) - 1, chance.uniform(0.85, 1.18))
    steps = chance.uniform(-6, 6)
    drift = 2 ** ((steps + vibrato(len(frames), chance)) / 12)
    throat = 2 ** (np.clip(steps, -4, 4) / 24) * chance.uniform(0.85, 1.18)
    return voice.sung(frames, voice.pitch[frames.astype(int)] * drift, throat, chance.uniform(0, 0.25))


def vibrato(length: int, chance: Chance) -> np.ndarray:
    """Pitch wobble in semitones."""
    time = np.arange(length) * STEP
    depth = chance.uniform(0, 0.5) * np.clip(np.sin(2 * np.pi * chance.uniform(0.1, 0.3) * time), 0, 1)
    return depth * np.sin(2 * np.pi * chance.uniform(4.6, 6.6) * time + chance.uniform(0, 6))


def melodised(voice: Voice, chance: Chance) -> np.ndarray:
    """Speech turned into song: vowels held for notes, notes drawn from a scale, glides between them."""
    frames, notes = _held_vowels(voice.pitch, chance)
    centre = chance.uniform(45, 72)
    tone, line = int(chance.integers(0, 7)), np.zeros(len(frames))
    for start, end in notes:
        tone = int(np.clip(tone + chance.choice((-2, -1, -1, 0, 0, 1, 1, 2, 4, -4)), -3, 10))
        line[start:end] = centre + _SCALE[tone % 7] + 12 * (tone // 7)
    glide = int(chance.integers(4, 25))
    smooth = np.convolve(_filled(line), np.hanning(glide + 2)[1:-1] / np.hanning(glide + 2).sum(), mode="same")
    pitch = 440 * 2 ** ((smooth + vibrato(len(frames), chance) - 69) / 12)
    pitch[line == 0] = 0
    return voice.sung(frames, pitch, 2 ** ((centre - 60) / 60) * chance.uniform(0.85, 1.15), chance.uniform(0, 0.3))


def _filled(line: np.ndarray) -> np.ndarray:
    """Zeros replaced by the note before them, so that smoothing does not dive to zero."""
    known = np.where(line > 0, np.arange(len(line)), 0)
    filled = line[np.maximum.accumulate(known)]
    return np.where(filled > 0, filled, line.max(initial=60.0))


def _held_vowels(pitch: np.ndarray, chance: Chance) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Frame numbers with voiced runs stretched to beats, and where each note then lies."""
    beat = chance.uniform(0.12, 0.3) / STEP
    borders = np.flatnonzero(np.diff((pitch > 0).astype(int))) + 1
    frames, notes, place = [], [], 0
    for start, end in zip([0, *borders], [*borders, len(pitch)], strict=True):
        run = np.arange(start, end, dtype=float)
        if pitch[start] > 0 and len(run) > 6:
            length = max(int(beat * chance.choice((1, 1, 2, 2, 3, 4, 6))), len(run))
            run = np.interp(
                np.linspace(0, 1, length), [0, 0.2, 0.85, 1], run[[0, int(len(run) * 0.35), int(len(run) * 0.65), -1]]
            )
            cuts = np.sort(chance.integers(0, length, int(chance.random() * length / beat / 2)))
            for first, last in zip([0, *cuts], [*cuts, length], strict=True):
                notes.append((place + first, place + last))
        frames.append(run)
        place += len(run)
    return np.concatenate(frames), notes


def spoken(chance: Chance) -> np.ndarray:
    """Some fifteen seconds of nonsense syllables by one of espeak-ng's voices."""
    syllables = [
        str(chance.choice(_ONSETS)) + str(chance.choice(_NUCLEI)) + str(chance.choice(_CODAS)) for _ in range(40)
    ]
    words = " ".join("".join(syllables[i : i + 2]) for i in range(0, 40, 2))
    with tempfile.TemporaryDirectory() as folder:
        sound = Path(folder, "voice.wav")
        throat = str(chance.choice(_LANGUAGES)) + str(chance.choice(_THROATS))
        subprocess.run(
            ["espeak-ng", "-v", throat, "-s", "140", "-w", str(sound), words], check=True, capture_output=True
        )
        return read(sound)[:, 0]


def _cut(samples: np.ndarray, chance: Chance, seconds: float) -> np.ndarray:
    """The loudest of a few stretches: vocal stems are silent half of the time."""
    length = int(seconds * RATE)
    if len(samples) <= length:
        return samples
    starts = chance.integers(0, len(samples) - length, 6)
    return max(
        (samples[s : s + length] for s in starts), key=lambda part: float(np.square(part, dtype=np.float64).mean())
    )


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--espeak", type=int, default=60, help="voices from espeak-ng")
    asked.add_argument("--kinds", nargs="*", default=list(_ROUNDS), help="which voices of the cache to sing anew")
    wish = asked.parse_args()
    voices = [clip for clip in clips() if clip.role == "vocals" and not clip.held_out and clip.kind in wish.kinds]
    for seed, clip in enumerate(voices):
        passes, count = _ROUNDS[clip.kind]
        for turn in range(passes):
            _turn(clip, turn, 100 * seed + turn, count)
        print(clip.path, flush=True)
    for number in range(wish.espeak):
        chance = np.random.default_rng(9000 + number)
        song = melodised(Voice(spoken(chance)), chance)
        keep(Clip(f"espeak/{number:03d}.npy", "vocals", "espeak", f"espeak_{number}", 10500.0), song[: RATE * 45, None])
        print("espeak", number, flush=True)


def _turn(clip: Clip, turn: int, seed: int, count: int) -> None:
    """Take one stretch of a voice apart and keep `count` variants of it."""
    chance = np.random.default_rng(seed)
    mono = clip.audio().astype(np.float32).mean(axis=1) / 32768
    voice = Voice(_cut(mono, chance, 16.0))
    for number in range(count):
        song = melodised(voice, chance) if clip.kind == "speech_sung" else reshaped(voice, chance)
        name = f"{Path(clip.path).stem}_{turn}_{number}"
        keep(Clip(f"resung/{name}.npy", "vocals", f"resung_{clip.kind}", name, clip.top), song[: RATE * 40, None])


if __name__ == "__main__":
    main()
