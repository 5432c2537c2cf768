"""Make bands to separate: generated songs, each instrument rendered by FluidSynth on its own.

    python -m training.separation.play_bands --songs 60 --sound-font /usr/share/sounds/sf2/FluidR3_GM.sf2

    python -m training.separation.play_bands --orchestras --songs 24 --sound-font /usr/share/sounds/sf3/...

Harmony, rhythm, melody and instruments are drawn at random (`composing.py`); no composition is copied.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from training.separation.composing import Song, composed, orchestral
from training.separation.midi import midi_file
from training.separation.store import Clip, keep, read

ROLES = {"drums": "drums", "bass": "bass"}
"""Everything else plays in "other"."""


def rendered(song: Song, part: str, sound_font: Path, wet: bool) -> np.ndarray:
    """One part of a song as audio."""
    with tempfile.TemporaryDirectory() as folder:
        score, sound = Path(folder, "part.mid"), Path(folder, "part.wav")
        score.write_bytes(midi_file(song.parts[part], song.tempo))
        effects = ["-R", "1" if wet else "0", "-C", "1" if wet else "0"]
        command = [
            "fluidsynth",
            "-ni",
            "-g",
            "0.5",
            "-r",
            "44100",
            *effects,
            "-F",
            str(sound),
            str(sound_font),
            str(score),
        ]
        subprocess.run(command, check=True, capture_output=True)
        return read(sound)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--songs", type=int, default=60)
    asked.add_argument("--first", type=int, default=0, help="number (and seed) of the first song")
    asked.add_argument("--orchestras", action="store_true", help="orchestras instead: no drums, no bass, no voice")
    asked.add_argument("--sound-font", type=Path, default=Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"))
    wish = asked.parse_args()
    for number in range(wish.first, wish.first + wish.songs):
        chance = np.random.default_rng(number)
        song = orchestral(chance) if wish.orchestras else composed(chance)
        kind = "orchestra" if wish.orchestras else "band"
        name = f"{kind}_{number:03d}"
        for part in song.parts:
            sound = rendered(song, part, wish.sound_font, bool(chance.random() < 0.5))
            role = ROLES.get(part, "other")
            keep(Clip(f"{kind}s/{name}.{part}.npy", role, kind, name, held_out=number % 20 == 19), sound)
        print(name, song.style, round(song.tempo), *song.parts, flush=True)


if __name__ == "__main__":
    main()
