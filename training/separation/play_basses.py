"""Play bass lines on synthesisers drawn by chance: sub, saw, square, plucked, fretless, slapped, with a kick's dive.

    python -m training.separation.play_basses --lines 48

The lines are those of generated songs (`composing.py`); every patch is a sum of harmonics, no recording is used.
"""

import argparse
from dataclasses import dataclass

import numpy as np

from harmonix_splitter.audio.bands import SAMPLE_RATE
from training.separation.composing import Chance, composed
from training.separation.midi import Note
from training.separation.store import Clip, keep

_HIGHEST = 5000.0
_FADE = 300


@dataclass(frozen=True)
class Patch:
    """How an instrument sounds."""

    slope: float
    """How fast harmonics weaken upwards: 1 saw, 3 nearly a sine."""
    odd: float
    """How much the even harmonics are weakened: 1 is a square's sound."""
    pluck: float
    """Where the string is plucked, as a share of its length; 0 is no string."""
    decay: float
    """Per second, at the fundamental."""
    damp: float
    """How much faster each further harmonic dies."""
    open: float
    """Corner of the filter in Hz once it has closed."""
    sweep: float
    """By how many octaves it starts further open."""
    dive: float
    """How far (as a share) a note starts above its pitch."""
    glide: float
    """Seconds to slide from the note before."""
    click: float
    """Noise of the finger, pick or thumb."""
    detune: float
    """A second oscillator's distance, as a share; 0 is none."""


def drawn(chance: Chance) -> Patch:
    """Half of them strings, half of them oscillators."""
    string = chance.random() < 0.5
    return Patch(
        slope=float(chance.uniform(0.7, 1.6) if string else chance.uniform(0.8, 3.2)),
        odd=0.0 if string else float(chance.choice((0.0, 0.0, 0.5, 0.95))),
        pluck=float(chance.uniform(0.06, 0.4)) if string else 0.0,
        decay=float(chance.uniform(0.3, 3.0) if string or chance.random() < 0.4 else 0.0),
        damp=float(chance.uniform(0.1, 0.6)) if string else 0.0,
        open=float(np.exp(chance.uniform(np.log(90), np.log(2500)))),
        sweep=float(chance.uniform(0, 3)),
        dive=float(chance.uniform(0.2, 2.0)) if not string and chance.random() < 0.25 else 0.0,
        glide=float(chance.uniform(0.02, 0.12)) if chance.random() < 0.25 else 0.0,
        click=float(chance.uniform(0, 0.25)) if string else 0.0,
        detune=float(chance.uniform(0.002, 0.008)) if not string and chance.random() < 0.4 else 0.0,
    )


def played(patch: Patch, seconds: float, pitch: float, before: float, chance: Chance) -> np.ndarray:
    """One note, `before` being the pitch of the last one."""
    time = np.arange(int(seconds * SAMPLE_RATE), dtype=np.float32) / SAMPLE_RATE
    slid = pitch + (before - pitch) * np.exp(-time / (patch.glide / 3)) if patch.glide else pitch
    frequency = 440 * 2 ** ((slid - 69) / 12) * (1 + patch.dive * np.exp(-time / 0.025))
    turns = np.cumsum(np.broadcast_to(frequency / SAMPLE_RATE, time.shape))
    corner = patch.open * 2 ** (patch.sweep * np.exp(-time / 0.12))
    sound = np.zeros(len(time), np.float32)
    base = float(440 * 2 ** ((pitch - 69) / 12))
    for number in range(1, max(2, min(40, int(_HIGHEST / base)))):
        strength = number**-patch.slope * (1 - patch.odd * (number % 2 == 0))
        strength *= abs(np.sin(np.pi * number * patch.pluck)) if patch.pluck else 1.0
        passed = np.exp(-time * (patch.decay * (1 + patch.damp * (number - 1)))) / (1 + (number * base / corner) ** 2)
        wave = np.sin(2 * np.pi * ((number * turns) % 1))
        if patch.detune:
            wave += np.sin(2 * np.pi * ((number * turns * (1 + patch.detune)) % 1))
        sound += (strength * passed * wave).astype(np.float32)
    sound /= np.abs(sound).max(initial=1e-6)
    sound += patch.click * np.exp(-time / 0.004) * chance.standard_normal(len(time), np.float32)
    fade = min(_FADE, len(time) // 2)
    sound[:fade] *= np.linspace(0, 1, fade, dtype=np.float32)
    sound[len(sound) - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    return sound


def line(notes: tuple[Note, ...], tempo: float, chance: Chance) -> np.ndarray:
    """A whole bass part on one patch, (n, 1)."""
    patch, beat, before = drawn(chance), 60 / tempo, float(notes[0].pitch)
    out = np.zeros(int((notes[-1].start + notes[-1].length + 1) * beat * SAMPLE_RATE), np.float32)
    for note in notes:
        place = int(note.start * beat * SAMPLE_RATE)
        sound = played(patch, note.length * beat, note.pitch, before, chance) * np.float32(note.loudness / 127)
        out[place : place + len(sound)] += sound[: len(out) - place]
        before = float(note.pitch)
    return out[:, None]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--lines", type=int, default=48)
    asked.add_argument("--first", type=int, default=0, help="number (and seed) of the first line")
    wish = asked.parse_args()
    for number in range(wish.first, wish.first + wish.lines):
        chance = np.random.default_rng(5000 + number)
        song, name = composed(chance), f"synth_bass_{number:03d}"
        sound = line(song.parts["bass"].notes, song.tempo, chance)
        keep(Clip(f"synth_basses/{name}.npy", "bass", "synth_bass", name, held_out=number % 12 == 11), sound)
        print(name, round(song.tempo), flush=True)


if __name__ == "__main__":
    main()
