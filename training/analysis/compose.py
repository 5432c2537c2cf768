"""Composes short songs whose every fact is known: key, chords, beats, metre, instruments. Rendered, they train and
calibrate the small models in `analysis/weights/`. Chance is seeded: the same number composes the same song.

    python -m training.analysis.compose --songs 120 --into /somewhere
"""

import argparse
import pickle
import random
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from benchmarks.accuracy.render import render_notes
from benchmarks.accuracy.truth import Note

from harmonix_splitter.audio.hearing import RATE, Spectra, heard

PROGRAMS = {
    "vocals": (52, 53, 54),
    "bass": (32, 33, 34, 35, 36, 38),
    "guitar": (24, 25, 26, 27, 28, 29, 30),
    "piano": (0, 1, 2, 4, 5),
    "strings": (40, 41, 42, 44, 45, 48, 49),
    "synth": (80, 81, 87, 88, 89, 90, 91, 94, 95),
    "brass": (56, 57, 58, 60, 61),
    "woodwinds": (64, 65, 66, 68, 71, 73, 74, 75),
    "fx": (96, 97, 98, 99, 101, 102, 103),
}
USUAL = {"drums": 0.75, "bass": 0.8, "piano": 0.55, "guitar": 0.55, "vocals": 0.5, "strings": 0.35, "synth": 0.35,
          "brass": 0.25, "woodwinds": 0.25, "fx": 0.12}  # fmt: skip
_STEPS = {"maj": (0, 4, 7), "min": (0, 3, 7), "7": (0, 4, 7, 10), "min7": (0, 3, 7, 10), "maj7": (0, 4, 7, 11),
          "sus4": (0, 5, 7), "sus2": (0, 2, 7), "dim": (0, 3, 6), "aug": (0, 4, 8), "hdim7": (0, 3, 6, 10),
          "dim7": (0, 3, 6, 9), "maj6": (0, 4, 7, 9), "min6": (0, 3, 7, 9)}  # fmt: skip
_DIATONIC = {
    "major": {0: ("maj", "maj7", "maj6", "sus2"), 2: ("min", "min7"), 4: ("min", "min7"), 5: ("maj", "maj7", "maj6"),
              7: ("maj", "7", "sus4"), 9: ("min", "min7"), 11: ("dim", "hdim7")},
    "minor": {0: ("min", "min7", "min6", "sus2"), 2: ("dim", "hdim7"), 3: ("maj", "maj7"), 5: ("min", "min7"),
              7: ("min", "maj", "7", "sus4"), 8: ("maj", "maj7"), 10: ("maj", "7")},
}  # fmt: skip
_LIKED = {
    "major": {0: 5, 2: 2, 4: 1.5, 5: 4, 7: 4, 9: 3.5, 11: 0.4},
    "minor": {0: 5, 2: 0.5, 3: 3, 5: 3, 7: 3, 8: 3.5, 10: 3},
}
KICK, SNARE, HAT, OPEN, CRASH = 36, 38, 42, 46, 49


@dataclass
class Piece:
    """One composed song: times in seconds, chords as (start, end, root, quality)."""

    tonic: int
    scale: str
    metre: int
    tempo: float
    beats: list[float]
    chords: list[tuple[float, float, int, str]]
    parts: dict[str, list[Note]] = field(default_factory=dict)
    programs: dict[str, int] = field(default_factory=dict)


def compose(number: int, seconds: float = 36.0, there: Mapping[str, float] = USUAL) -> Piece:
    chance = random.Random(number)
    metre = chance.choices((4, 3, 6, 5, 7, 2), (10, 3, 1.5, 0.7, 0.5, 0.6))[0]
    tempo = float(np.clip(np.exp(chance.gauss(np.log(100), 0.28)), 55, 190))
    step = 60 / tempo
    sway = chance.choice((0.0, 0.0, 0.01, 0.02))
    bars = max(4, int(seconds / (metre * step)))
    times, now = [], 0.3 + chance.random()
    for _ in range(bars * metre + 1):
        times.append(now)
        now += step * (1 + chance.gauss(0, sway))
    scale = chance.choice(("major", "major", "minor"))
    piece = Piece(chance.randrange(12), scale, metre, tempo, times, [])
    piece.chords = _chords(piece, chance)
    for part, likely in there.items():
        if chance.random() < likely:
            _play(piece, part, chance)
    if not set(piece.parts) & {"piano", "guitar", "strings", "synth"}:
        _play(piece, chance.choice(("piano", "guitar")), chance)
    return piece


def _chords(piece: Piece, chance: random.Random) -> list[tuple[float, float, int, str]]:
    """Loops of four or eight, mostly at home in the key; the last one is the tonic."""
    rich = chance.random() < 0.5
    loop = [_one_chord(piece, chance, rich) for _ in range(chance.choice((4, 4, 8)))]
    loop[0] = _one_chord(piece, chance, rich, home=chance.random() < 0.6)
    spans = _spans(piece, chance)
    found = []
    for index, (start, end) in enumerate(spans):
        degree, quality = loop[index % len(loop)]
        if index == len(spans) - 1:
            degree, quality = 0, "maj" if piece.scale == "major" else "min"
        found.append((piece.beats[start], piece.beats[end], (piece.tonic + degree) % 12, quality))
    return found


def _one_chord(piece: Piece, chance: random.Random, rich: bool, home: bool = False) -> tuple[int, str]:
    if home:
        return 0, _DIATONIC[piece.scale][0][0]
    if chance.random() < 0.06:
        return chance.randrange(12), chance.choice(("maj", "min", "7", "aug", "dim7", "dim"))
    liked = _LIKED[piece.scale]
    degree = chance.choices(list(liked), list(liked.values()))[0]
    kinds = _DIATONIC[piece.scale][degree]
    return degree, chance.choice(kinds) if rich and chance.random() < 0.6 else kinds[0]


def _spans(piece: Piece, chance: random.Random) -> list[tuple[int, int]]:
    last, at, spans = len(piece.beats) - 1, 0, []
    usual = chance.choice((1, 1, 1, 2, 0.5)) if piece.metre in (4, 6) else chance.choice((1, 1, 2))
    while at < last:
        length = int(
            piece.metre * (usual if chance.random() < 0.85 else chance.choice((1, 0.5 if piece.metre in (4, 6) else 1)))
        )
        end = min(last, at + max(1, length))
        spans.append((at, end))
        at = end
    return spans


def _play(piece: Piece, part: str, chance: random.Random) -> None:
    if part == "drums":
        piece.parts[part] = _drums(piece, chance)
        return
    piece.programs[part] = chance.choice(PROGRAMS[part])
    if part == "bass":
        notes = _bass(piece, chance)
    elif part in ("vocals", "brass", "woodwinds") and chance.random() < 0.85:
        notes = _melody(piece, chance, low={"vocals": 57, "brass": 55, "woodwinds": 62}[part])
    elif part == "fx" or chance.random() < 0.3:
        notes = _pad(piece, chance)
    elif part in ("strings", "synth") and chance.random() < 0.5:
        notes = _pad(piece, chance) if chance.random() < 0.6 else _melody(piece, chance, 60)
    else:
        notes = _comping(piece, chance)
    piece.parts[part] = notes


def _tones(root: int, quality: str, low: int, chance: random.Random) -> list[int]:
    base = low + (root - low) % 12
    tones = sorted(base + step for step in _STEPS[quality])
    for _ in range(chance.randrange(3)):
        tones = sorted([*tones[1:], tones[0] + 12])
    return tones


def _beat_marks(piece: Piece, start: float, end: float, per_beat: int) -> list[float]:
    marks = []
    for a, b in zip(piece.beats, piece.beats[1:], strict=False):
        if a >= start - 1e-6 and a < end - 1e-6:
            marks += [a + (b - a) * k / per_beat for k in range(per_beat)]
    return marks


def _comping(piece: Piece, chance: random.Random) -> list[Note]:
    manner, low = chance.choice(("block", "beat", "arpeggio", "arpeggio", "offbeat")), chance.choice((48, 52, 55, 60))
    per_beat = {"block": 1, "beat": 1, "arpeggio": 2, "offbeat": 2}[manner] * (2 if chance.random() < 0.2 else 1)
    notes = []
    for start, end, root, quality in piece.chords:
        tones = _tones(root, quality, low, chance)
        marks = [start] if manner == "block" else _beat_marks(piece, start, end, per_beat)
        for index, at in enumerate(marks):
            if manner == "offbeat" and index % 2 == 0 and index:
                continue
            length = end - at if manner == "block" else min(end - at, 0.9 * piece.beats[1] - 0.9 * piece.beats[0])
            chosen = [tones[index % len(tones)]] if manner == "arpeggio" else tones
            notes += [Note(at, at + length, pitch, chance.randint(60, 100)) for pitch in chosen]
        if manner == "arpeggio" and chance.random() < 0.6:
            notes.append(Note(start, end, low - 12 + (root - low) % 12, 75))
    return notes


def _pad(piece: Piece, chance: random.Random) -> list[Note]:
    low = chance.choice((52, 57, 60))
    return [
        Note(start, end, pitch, chance.randint(55, 85))
        for start, end, root, quality in piece.chords
        for pitch in _tones(root, quality, low, chance)
    ]


def _bass(piece: Piece, chance: random.Random) -> list[Note]:
    manner, notes = chance.choice(("long", "beats", "eighths", "fifths")), []
    for start, end, root, quality in piece.chords:
        base = 28 + (root - 4) % 12
        marks = [start] if manner == "long" else _beat_marks(piece, start, end, 2 if manner == "eighths" else 1)
        for index, at in enumerate(marks):
            stop = marks[index + 1] if index + 1 < len(marks) else end
            fifth = 7 if 7 in _STEPS[quality] else 0
            pitch = base + (fifth if manner == "fifths" and index % 2 else 0)
            notes.append(Note(at, at + 0.92 * (stop - at), pitch, chance.randint(80, 105)))
    return notes


def _melody(piece: Piece, chance: random.Random, low: int) -> list[Note]:
    scale = (0, 2, 4, 5, 7, 9, 11) if piece.scale == "major" else (0, 2, 3, 5, 7, 8, 10)
    ladder = [p for p in range(low, low + 20) if (p - piece.tonic) % 12 in scale]
    place, notes = len(ladder) // 2, []
    for start, end, root, quality in piece.chords:
        marks = _beat_marks(piece, start, end, 2)
        at = 0
        while at < len(marks):
            length = chance.choice((1, 1, 2, 2, 4))
            stop = marks[at + length] if at + length < len(marks) else end
            if chance.random() < 0.8:
                place = int(np.clip(place + chance.choice((-2, -1, -1, 0, 1, 1, 2)), 0, len(ladder) - 1))
                pitch = ladder[place]
                if at == 0:
                    tones = [p for p in ladder if (p - root) % 12 in _STEPS[quality]]
                    pitch = min(tones or ladder, key=lambda p: abs(p - ladder[place]))
                notes.append(Note(marks[at], stop - 0.02, pitch, chance.randint(80, 110)))
            at += length
    return notes


def _drums(piece: Piece, chance: random.Random) -> list[Note]:
    metre, bars = piece.metre, (len(piece.beats) - 1) // piece.metre
    snares = {
        4: ((1, 3), (1, 3), (2,)),
        3: ((1, 2), (2,), ()),
        6: ((3,), (3,)),
        5: ((3,), (1, 3)),
        7: ((2, 4, 6), (4,)),
        2: ((1,),),
    }
    snare = chance.choice(snares[metre])
    kicks = [0, *(k for k in np.arange(0.5, metre, 0.5) if chance.random() < 0.22 and k not in snare)]
    hats = chance.choice((1, 2, 2, 4))
    notes = []
    for bar in range(bars):
        first = bar * metre
        notes += [_hit(piece, first + k, KICK, 105) for k in kicks]
        notes += [_hit(piece, first + s, SNARE, 100) for s in snare]
        notes += [_hit(piece, first + h / hats, HAT, 75 if h % hats == 0 else 55) for h in range(metre * hats)]
        if bar % 8 == 0:
            notes.append(_hit(piece, first, CRASH, 90))
    return notes


def _hit(piece: Piece, beat: float, drum: int, velocity: int) -> Note:
    at = float(np.interp(beat, np.arange(len(piece.beats)), piece.beats))
    return Note(at, at + 0.1, drum, velocity)


def sounded(piece: Piece, number: int) -> dict[str, np.ndarray]:
    """Mono audio of every part, at random but sensible loudness."""
    chance = random.Random(number + 1_000_000)
    length = piece.beats[-1] + 1.5
    audio = {}
    with tempfile.TemporaryDirectory() as folder:
        for part, notes in piece.parts.items():
            path = Path(folder) / f"{part}.flac"
            render_notes(notes, piece.programs.get(part, 0), path, part == "drums", length)
            samples = soundfile.read(path, dtype="float32")[0].mean(axis=1)
            level = float(np.sqrt((samples**2).mean())) + 1e-9
            audio[part] = samples / level * 10 ** (chance.uniform(-28, -19) / 20)
    total = sum(audio.values())
    scale = min(1.0, 0.9 / float(np.abs(total).max()))
    return {part: samples * scale for part, samples in audio.items()}


@dataclass
class Example:
    """What training reads: the piece, and what was heard of the mix and of each part."""

    piece: Piece
    mix: Spectra
    parts: dict[str, Spectra]


def example(number: int) -> Example:
    piece = compose(number)
    audio = sounded(piece, number)
    stems = {part: heard([samples]) for part, samples in audio.items()}
    return Example(piece, heard([sum(audio.values())]), stems)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--songs", type=int, default=120)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--into", type=Path, required=True)
    chosen = options.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    for number in range(chosen.first, chosen.first + chosen.songs):
        target = chosen.into / f"{number:04d}.pickle"
        if not target.exists():
            target.write_bytes(pickle.dumps(example(number)))


if __name__ == "__main__":
    assert RATE == 22050
    main()
