"""What is known about a POP909 song: beats, bars, chords, key, sections, and its notes."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import mido
import numpy as np
from benchmarks.accuracy.labels import labels_in

_FLAT = {"C#": "Db", "D#": "Eb", "F#": "Gb", "G#": "Ab", "A#": "Bb"}


@dataclass(frozen=True)
class Note:
    start: float
    end: float
    pitch: int
    velocity: int


@dataclass(frozen=True)
class Song:
    """One folder of the data set. Times are seconds of the MIDI file."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def tracks(self) -> dict[str, list[Note]]:
        return notes_of(self.folder / f"{self.name}.mid")

    @cached_property
    def beats(self) -> np.ndarray:
        return np.loadtxt(self.folder / "beat_midi.txt")[:, 0]

    @cached_property
    def downbeats(self) -> np.ndarray:
        """The bar lines. Bars of six with triple audio bars are pairs of bars of three."""
        marks = np.flatnonzero(np.loadtxt(self.folder / "beat_midi.txt")[:, 2] > 0)
        lengths = np.diff(marks)
        if np.median(lengths) == 6 and self.metre == 3:
            marks = np.sort(np.concatenate([marks, marks[:-1] + 3]))
        return self.beats[marks]

    @cached_property
    def metre(self) -> int:
        orders = np.loadtxt(self.folder / "beat_audio.txt")[:, 1]
        return int(np.median([orders[i - 1] for i in range(1, len(orders)) if orders[i] == 1]))

    @cached_property
    def tempo(self) -> float:
        return float(60 / np.median(np.diff(self.beats)))

    @cached_property
    def chords(self) -> tuple[np.ndarray, list[str]]:
        rows = [line.split() for line in (self.folder / "chord_midi.txt").read_text().splitlines() if line.strip()]
        return np.array([[float(r[0]), float(r[1])] for r in rows]), [r[2] for r in rows]

    @cached_property
    def key(self) -> str:
        """As mir_eval writes keys; the first when there are several."""
        tonic, scale = (self.folder / "analyzed_key.txt").read_text().split()[0].split(":")
        return f"{_FLAT.get(tonic, tonic)} {'major' if scale == 'maj' else 'minor'}"

    @cached_property
    def sections(self) -> tuple[np.ndarray, list[str]]:
        """Human sections: letters and bar counts laid on the beats by the melody."""
        indices = np.arange(len(self.beats))
        played = [(np.interp(note.start, self.beats, indices), note.pitch) for note in self.tracks["MELODY"]]
        edges, letters = labels_in(self.folder, self.metre, np.array(played), len(self.beats))
        times = np.array([self.time_of_beat(edge) for edge in edges])
        kept = np.flatnonzero(np.diff(times) > 0)
        return np.column_stack([times[:-1], times[1:]])[kept], [letters[at] for at in kept]

    def time_of_beat(self, index: float) -> float:
        step = float(np.median(np.diff(self.beats)))
        last = len(self.beats) - 1
        if index < 0:
            return max(0.0, float(self.beats[0] + index * step))
        if index > last:
            return float(self.beats[last] + (index - last) * step)
        return float(np.interp(index, np.arange(last + 1), self.beats))


def notes_of(path: Path) -> dict[str, list[Note]]:
    midi = mido.MidiFile(path)
    seconds = _clock_of(midi)
    return {track.name: _notes_in(track, seconds) for track in midi.tracks if track.name}


def _clock_of(midi: mido.MidiFile):
    changes, ticks = [(0, 500000)], 0
    for message in midi.tracks[0]:
        ticks += message.time
        if message.type == "set_tempo":
            changes.append((ticks, message.tempo))
    at = np.array([c[0] for c in changes])
    tempo = np.array([c[1] for c in changes]) / 1e6 / midi.ticks_per_beat
    elapsed = np.concatenate([[0], np.cumsum(np.diff(at) * tempo[:-1])])

    def seconds(tick: int) -> float:
        i = int(np.searchsorted(at, tick, side="right")) - 1
        return float(elapsed[i] + (tick - at[i]) * tempo[i])

    return seconds


def _notes_in(track: mido.MidiTrack, seconds) -> list[Note]:
    ticks, open_notes, notes = 0, {}, []
    for message in track:
        ticks += message.time
        if message.type == "note_on" and message.velocity:
            open_notes[message.note] = (ticks, message.velocity)
        elif message.type in ("note_off", "note_on") and message.note in open_notes:
            begun, velocity = open_notes.pop(message.note)
            notes.append(Note(seconds(begun), seconds(ticks), message.note, velocity))
    return notes


def songs_in(folder: Path) -> list[Song]:
    return [Song(path) for path in sorted(folder.iterdir()) if (path / f"{path.name}.mid").exists()]
