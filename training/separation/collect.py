"""Bring licensed recordings into the cache, with their role, and set the selection songs aside.

    python -m training.separation.collect --recordings /path/to/training   (or HARMONIX_TRAINING_AUDIO)

The folder holds `INDEX.tsv` (file, kind, licence, attribution, ...) beside the audio. A file whose licence is not on
the list below is refused, loudly: what is trained on here is shipped.
"""

import argparse
import csv
import os
from pathlib import Path

import numpy as np

from training.separation.store import Clip, keep, read

# Never trained on: two whole songs, three singers, and pieces to put behind them.
HELD_OUT = (
    "3_Sodium",
    "6_Caesium",
    "vocadito",
    "kevin_macleod_krampus",
    "jason_shaw_thought",
    "tad_florist",
    "gmd_30",
    "gmd_14",
    "nitech_31",
    "ls_8630",
    "ls_78-",
)
# Songs whose "other" stem also holds the bass: they teach vocals, drums and rest only.
_BASS_IN_OTHER = ("1_Hydrogen", "4_Potassium", "5_Rubidium", "6_Caesium")
_LICENCES = ("CC0", "CC BY 3.0", "CC BY 4.0", "MIT", "public domain")
_SKIPPED = ("MIX", "beatbox", "vocobox_martin_notes")
_NOT_BY = ("NC", "ND", "SA", "GPL")


def licensed(licence: str) -> bool:
    """Free to use in what ships, at most for credit."""
    return licence.startswith(_LICENCES) and not any(word in licence for word in _NOT_BY)


def clip_of(file: str) -> Clip | None:
    """What a file of the index is good for, or None where it is not used."""
    stem, folder = Path(file).stem, Path(file).parent.name
    if any(word in stem for word in _SKIPPED) or folder not in _ROLES:
        return None
    role, sort = _ROLES[folder], folder
    song = stem
    if folder == "songs_multitrack":
        song, part = stem.split(".")
        role = part.split("_")[0]
        if role == "other" and song in _BASS_IN_OTHER:
            role = "rest_no_drums"
    if folder == "drums" and "stemgmd" in stem:
        song = stem[:60]
    held = any(stem.startswith(name) or name in stem for name in HELD_OUT)
    top = {"speech_sung": 7300.0}.get(folder, 10000.0 if song == "1_Hydrogen" else 22050.0)
    return Clip(f"{folder}/{stem}.npy", role, sort, song, top, held)


_ROLES = {
    "songs_multitrack": "",
    "instrumentals": "rest",
    "drums": "drums",
    "singing": "vocals",
    "singing_synth": "vocals",
    "speech_sung": "vocals",
}


def collect(recordings: Path) -> int:
    """Decode every usable file of the index; says how many there were."""
    kept = 0
    with (recordings / "INDEX.tsv").open(encoding="utf-8", newline="") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            clip = clip_of(row["file"])
            if clip is None or row["file"] == "file":
                continue
            if not licensed(row["licence"]):
                raise SystemExit(f"{row['file']}: licence {row['licence']!r} may not be trained on.")
            keep(clip, read(recordings / row["file"]), 0.7 if clip.kind == "songs_multitrack" else None)
            kept += 1
    return kept + _bass_lines(recordings)


def _bass_lines(recordings: Path) -> int:
    """One-shot bass notes, strung into lines by chance: real plucked basses for the bass stem."""
    folders = sorted(path for path in (recordings / "oneshots").glob("bass_*") if path.is_dir())
    for number, folder in enumerate(folders * 4):
        chance = np.random.default_rng(number)
        notes = [read(path).mean(axis=1) for path in sorted(folder.rglob("*.flac"))]
        beat, line = int(44100 * chance.uniform(0.18, 0.45)), np.zeros(44100 * 45, np.float32)
        place = 0
        note = notes[0]
        while place < len(line) - 44100 * 4:
            if chance.random() < 0.5:
                note = notes[int(chance.integers(len(notes)))]
            length = beat * int(chance.choice((1, 1, 2, 2, 4)))
            held = note[: min(length, len(note))].copy()
            held[-500:] *= np.linspace(1, 0, 500, dtype=np.float32)[-len(held[-500:]) :]
            line[place : place + len(held)] += held / (np.abs(held).max() + 1e-6) * chance.uniform(0.6, 1.0)
            place += length
        keep(
            Clip(f"bass_lines/{folder.name}_{number}.npy", "bass", "bass_line", f"{folder.name}_{number}"),
            line[:, None],
        )
    return 4 * len(folders)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--recordings", type=Path, default=os.environ.get("HARMONIX_TRAINING_AUDIO"))
    wish = asked.parse_args()
    if wish.recordings is None:
        asked.error("Say where the recordings lie: --recordings or HARMONIX_TRAINING_AUDIO.")
    print(collect(Path(wish.recordings)), "clips collected")


if __name__ == "__main__":
    main()
