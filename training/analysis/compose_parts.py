"""Composed songs in which every instrument plays, each heard on its own: what the instrument model is fitted and judged
on. Parts mix by adding energies, so any band can be made of them.

    python -m training.analysis.compose_parts --songs 120 --into /parts [--voices FOLDER] [--drums FOLDER]
    python -m training.analysis.compose_parts --first 1000 --into /parts --only strings synth brass woodwinds fx
    python -m training.analysis.compose_parts --songs 17 --step 5 --into /judges --usual
"""

import argparse
import pickle
import random
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import mido
import numpy as np
import soundfile
import soxr
from benchmarks.accuracy.render import SOUND_FONT
from benchmarks.accuracy.truth import Note

from harmonix_splitter.adapters.devices.locks import FileLocks
from harmonix_splitter.adapters.engines.separation.embedded import EmbeddedEngine
from harmonix_splitter.adapters.engines.separation.learned_masks import NAME, learned_masks
from harmonix_splitter.adapters.media.encoding import FileWriters
from harmonix_splitter.adapters.media.reading import PyAvMedia
from harmonix_splitter.analysis.instruments import SEPARATE
from harmonix_splitter.audio.hearing import RATE, heard
from harmonix_splitter.domain.separation import Recipe
from harmonix_splitter.services.separation import SeparationService
from training.analysis import compose
from training.analysis.compose import Piece

SECONDS, _TAIL = 24.0, 2.5
# Every other song is played on another set of sounds.
FONTS = (SOUND_FONT, Path("/usr/share/sounds/sf3/MuseScore_General_Full.sf3"))
EVERYBODY = ("drums", *compose.PROGRAMS)


@dataclass(frozen=True)
class Sound:
    """What the instrument model hears of one sound."""

    timbre: np.ndarray
    flutter: np.ndarray
    level: np.ndarray


def usual(number: int) -> dict[str, Sound]:
    """A song with the instruments and sounds of compose.py."""
    return _listened(played(compose.compose(number), FONTS[0]), number)


def everybody(number: int, names: Sequence[str], recorded: Mapping[str, Path], taken_out: bool) -> dict[str, Sound]:
    """A song in which all of these play; two in three have recorded parts where there are some."""
    audio = played(compose.compose(number + 20_000_000, SECONDS, dict.fromkeys(names, 1.0)), FONTS[number % 2])
    for part, folder in recorded.items() if number % 3 else ():
        if part in audio:
            audio[part] = stretch_of(folder, len(audio[part]), number)
    return _listened(separated(audio) if taken_out else audio, number)


def separated(audio: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The voice, drums and bass as the separator in the package takes them out of a mix with some of the others."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        mix = sum(sound / (float(np.abs(sound).max()) + 1e-9) for sound in audio.values()) / len(audio)
        soundfile.write(folder / "mix.wav", soxr.resample(mix, RATE, 2 * RATE), 2 * RATE, subtype="FLOAT")
        engine = EmbeddedEngine(NAME, partial(learned_masks, threads=1), threads=1)
        service = SeparationService(PyAvMedia(), FileWriters(), (engine,), FileLocks(folder / "locks"))
        made = service.separate(folder / "mix.wav", Recipe(), folder / "stems")
        return {part: PyAvMedia().load(made.stems[part], RATE, mono=True) for part in SEPARATE}


def _listened(audio: Mapping[str, np.ndarray], number: int) -> dict[str, Sound]:
    """What is heard of each part, at random but sensible loudness."""
    chance = random.Random(number + 1_000_000)
    found = {}
    for part, sound in audio.items():
        loud = 10 ** (chance.uniform(-28, -19) / 20) / (float(np.sqrt((sound**2).mean())) + 1e-9)
        spectra = heard([sound * loud], with_pitches=False)
        found[part] = Sound(
            *(np.asarray(rows, np.float16) for rows in (spectra.timbre, spectra.flutter, spectra.level))
        )
    return found


def played(piece: Piece, font: Path) -> dict[str, np.ndarray]:
    """Mono audio of every part; one run of the synthesiser plays them in turn."""
    length = piece.beats[-1] + _TAIL
    whole = _rendered(_in_turn(piece, length), font)
    count = round((length - 1) * RATE)
    audio = {}
    for slot, part in enumerate(piece.parts):
        there = whole[round(slot * length * RATE) :][:count]
        audio[part] = np.pad(there, (0, count - len(there)))
    return audio


def _in_turn(piece: Piece, length: float) -> mido.MidiFile:
    """All parts in one file, one after the other, each on a channel of its own."""
    midi = mido.MidiFile(ticks_per_beat=1000)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)])
    events: list[tuple[int, int, int, Note]] = []
    for slot, (part, notes) in enumerate(piece.parts.items()):
        channel = 9 if part == "drums" else slot if slot < 9 else slot + 1
        if part in piece.programs:
            track.append(mido.Message("program_change", channel=channel, program=piece.programs[part]))
        for note in notes:
            begin = round((slot * length + note.start) * 1000)
            end = round((slot * length + min(note.end, length - _TAIL)) * 1000)
            events += [(begin, 1, channel, note), (max(end, begin + 1), 0, channel, note)]
    now = 0
    for tick, kind, channel, note in sorted(events, key=lambda event: event[:2]):
        what, velocity = ("note_on", note.velocity) if kind else ("note_off", 0)
        track.append(mido.Message(what, channel=channel, note=note.pitch, velocity=velocity, time=tick - now))
        now = tick
    midi.tracks.append(track)
    return midi


def _rendered(midi: mido.MidiFile, font: Path) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        notes, wav = Path(folder) / "notes.mid", Path(folder) / "sound.wav"
        midi.save(notes)
        command = ["fluidsynth", "-ni", "-g", "0.5", "-r", str(RATE), "-F", str(wav), str(font), str(notes)]
        subprocess.run(command, check=True, capture_output=True)
        return soundfile.read(wav, dtype="float32")[0].mean(axis=1)


def stretch_of(folder: Path, count: int, number: int) -> np.ndarray:
    """Some seconds of one of the recordings in a folder."""
    chance = random.Random(number + 3_000_000)
    files = sorted(path for path in folder.iterdir() if path.suffix in (".opus", ".flac", ".wav"))
    sound = PyAvMedia().load(chance.choice(files), RATE, mono=True)
    start = chance.randrange(max(1, len(sound) - count))
    return np.resize(sound[start : start + count], count).astype(np.float32)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--songs", type=int, default=120)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--step", type=int, default=1)
    options.add_argument("--into", type=Path, required=True)
    options.add_argument("--voices", type=Path, help="a folder of solo singing")
    options.add_argument("--drums", type=Path, help="a folder of drums alone")
    options.add_argument("--only", nargs="+", choices=EVERYBODY, default=EVERYBODY, help="the parts there are")
    options.add_argument("--separated", action="store_true", help="voice, drums and bass taken out of the mix again")
    options.add_argument("--usual", action="store_true", help="as compose.py writes them: for judging")
    chosen = options.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    recorded = {part: folder for part, folder in (("vocals", chosen.voices), ("drums", chosen.drums)) if folder}
    for number in range(chosen.first, chosen.first + chosen.songs * chosen.step, chosen.step):
        target = chosen.into / f"{number:05d}.pickle"
        if not target.exists():
            parts = usual(number) if chosen.usual else everybody(number, chosen.only, recorded, chosen.separated)
            target.write_bytes(pickle.dumps(parts))


if __name__ == "__main__":
    from training.analysis import compose_parts

    compose_parts.main()
