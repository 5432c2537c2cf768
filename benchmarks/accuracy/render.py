"""Turns notes into sound with fluidsynth and a General MIDI font, one file per instrument so that stems are known."""

import subprocess
from pathlib import Path

import mido
import numpy as np
import soundfile
from benchmarks.accuracy.truth import Note, Song

SOUND_FONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")
RATE = 22050
STEMS = ("vocals", "drums", "bass", "guitar", "piano")
_PROGRAMS = {"vocals": 53, "bass": 33, "guitar": 25, "piano": 0}
_GAINS = {"vocals": 1.0, "drums": 0.8, "bass": 0.9, "guitar": 0.7, "piano": 0.8}
_DRUM_CHANNEL = 9


def render_notes(
    notes: list[Note], program: int, target: Path, drums: bool = False, length: float | None = None
) -> None:
    """One part as stereo FLAC of `length` seconds."""
    midi_path, wav = target.with_suffix(".mid"), target.with_suffix(".wav")
    write_midi(notes, program, midi_path, drums)
    command = ["fluidsynth", "-ni", "-g", "0.5", "-r", str(RATE), "-F", str(wav), str(SOUND_FONT), str(midi_path)]
    subprocess.run(command, check=True, capture_output=True)
    audio, _ = soundfile.read(wav, dtype="float32")
    if length is not None:
        wanted = round(length * RATE)
        audio = np.pad(audio, ((0, max(0, wanted - len(audio))), (0, 0)))[:wanted]
    soundfile.write(target, audio, RATE, format="FLAC", subtype="PCM_16")
    wav.unlink()
    midi_path.unlink()


def write_midi(notes: list[Note], program: int, path: Path, drums: bool = False) -> None:
    channel = _DRUM_CHANNEL if drums else 0
    midi = mido.MidiFile(ticks_per_beat=1000)
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=1_000_000)])
    track.append(mido.Message("program_change", channel=channel, program=program))
    events = [(round(n.start * 1000), 1, n) for n in notes] + [
        (max(round(n.end * 1000), round(n.start * 1000) + 1), 0, n) for n in notes
    ]
    now = 0
    for tick, kind, note in sorted(events, key=lambda e: (e[0], e[1])):
        message = "note_on" if kind else "note_off"
        velocity = note.velocity if kind else 0
        track.append(mido.Message(message, channel=channel, note=note.pitch, velocity=velocity, time=tick - now))
        now = tick
    midi.tracks.append(track)
    midi.save(path)


def band_of(song: Song) -> dict[str, list[Note]]:
    """Melody on voice, bridge on guitar, piano, a bass line from the chords and drums from the beats."""
    return {
        "vocals": song.tracks["MELODY"],
        "guitar": song.tracks.get("BRIDGE", []),
        "piano": song.tracks["PIANO"],
        "bass": _bass_line(song),
        "drums": _drum_pattern(song),
    }


_ROOTS = {n: i for i, n in enumerate(["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"])} | {
    "Db": 1, "Eb": 3, "Gb": 6, "Ab": 8, "Bb": 10, "Cb": 11, "Fb": 4, "E#": 5, "B#": 0,
}  # fmt: skip


def root_of(label: str) -> int | None:
    return None if label in ("N", "X") else _ROOTS[label.split(":")[0].split("/")[0]]


def _bass_line(song: Song) -> list[Note]:
    notes = []
    for (start, end), label in zip(*song.chords, strict=True):
        root = root_of(label)
        if root is None:
            continue
        inside = [b for b in song.beats if start - 0.02 <= b < end - 0.05]
        for beat, following in zip(inside, [*inside[1:], end], strict=True):
            notes.append(Note(beat, beat + 0.9 * (following - beat), 28 + (root - 4) % 12, 90))
    return notes


KICK, SNARE, HAT, RIDE = 36, 38, 42, 51
# Hits inside a bar of four, in beats: four manners of playing, dealt out by song number.
_MANNERS: tuple[tuple[tuple[int, tuple[float, ...]], ...], ...] = (
    ((KICK, (0, 2)), (SNARE, (1, 3)), (HAT, (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5))),
    ((KICK, (0, 1.5, 2)), (SNARE, (1, 3)), (HAT, (0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5))),
    ((KICK, (0, 2.5)), (SNARE, (2,)), (HAT, (0, 1, 2, 3))),
    ((KICK, (0, 1, 2, 3)), (SNARE, (1, 3)), (HAT, (0.5, 1.5, 2.5, 3.5))),
)
_WALTZ = ((KICK, (0,)), (SNARE, (1, 2)), (HAT, (0, 0.5, 1, 1.5, 2, 2.5)))


def _drum_pattern(song: Song) -> list[Note]:
    manner = _WALTZ if song.metre == 3 else _MANNERS[int(song.name) % len(_MANNERS)]
    marks = np.searchsorted(song.beats, song.downbeats - 0.01)
    notes = []
    for first, following in zip(marks, [*marks[1:], marks[-1] + song.metre], strict=True):
        for drum, places in manner:
            hits = [p for p in places if p < following - first]
            notes += [_hit(song.time_of_beat(first + p), drum, 100 if p == int(p) else 70) for p in hits]
    return notes


def _hit(time: float, drum: int, velocity: int) -> Note:
    return Note(time, time + 0.08, drum, velocity)


def render_song(song: Song, folder: Path) -> dict[str, Path]:
    """piano.flac, band.flac and the band's stems in `folder`; what is already there is kept."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = band_of(song)
    length = max(n.end for notes in parts.values() for n in notes) + 2.0
    for stem, notes in parts.items():
        if not (folder / f"{stem}.flac").exists():
            render_notes(notes, _PROGRAMS.get(stem, 0), folder / f"{stem}.flac", stem == "drums", length)
    if not (folder / "bare.flac").exists():
        everything = [n for name in ("MELODY", "BRIDGE", "PIANO") for n in song.tracks.get(name, [])]
        render_notes(everything, 0, folder / "bare.flac", length=length)
    if not (folder / "band.flac").exists():
        _mix(folder)
    return {name: folder / f"{name}.flac" for name in ("bare", "band", *STEMS)}


def _mix(folder: Path) -> None:
    total = sum(_GAINS[stem] * soundfile.read(folder / f"{stem}.flac", dtype="float32")[0] for stem in STEMS)
    peak = float(np.abs(total).max())
    scale = min(1.0, 0.95 / peak)
    soundfile.write(folder / "band.flac", total * scale, RATE, subtype="PCM_16")
    for stem in STEMS:
        audio, _ = soundfile.read(folder / f"{stem}.flac", dtype="float32")
        soundfile.write(folder / f"{stem}.flac", audio * _GAINS[stem] * scale, RATE, subtype="PCM_16")


def render_all(songs: list[Song], folder: Path) -> None:
    for song in songs:
        render_song(song, folder / song.name)
