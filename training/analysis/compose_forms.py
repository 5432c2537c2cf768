"""Composes whole songs of verses, choruses and bridges whose every border and bar line is known. Rendered as a band and
as a piano, they fit and judge the models of bars and sections. The same number composes the same song.

    python -m training.analysis.compose_forms --songs 60 --into /somewhere
"""

import argparse
import pickle
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
from benchmarks.accuracy.render import render_notes
from benchmarks.accuracy.truth import Note

from harmonix_splitter.audio.hearing import Spectra, heard
from training.analysis import compose
from training.analysis.compose import CRASH, HAT, KICK, SNARE, Piece

SUNG = ("verse", "pre-chorus", "chorus", "bridge")
_COMPING = ("piano", "guitar", "strings", "synth")
_MANNERS = ("block", "beat", "arpeggio", "offbeat")


@dataclass
class Phrase:
    """What a kind of section sounds like each time it comes back."""

    bars: int
    chords: list[tuple[int, str]]
    melody: list[tuple[float, float, int]]
    manner: str
    low: int
    energy: int
    kicks: list[float]


@dataclass
class Form:
    """A song and its sections: kind, first bar, number of bars."""

    piece: Piece
    sections: list[tuple[str, int, int]] = field(default_factory=list)


def plan(chance: random.Random) -> list[str]:
    """A usual order of sections, no two songs quite alike."""
    order = ["intro"] if chance.random() < 0.9 else []
    for turn in range(chance.choice((2, 2, 3))):
        order += ["verse"] * chance.choice((1, 2, 2) if turn < 2 else (0, 0, 1))
        order += ["pre-chorus"] * (chance.random() < 0.35)
        order += ["chorus"] * chance.choice((1, 2, 2))
        order += ["interlude"] * chance.choice((0, 1)) if turn == 0 else []
        order += ["bridge"] * (chance.random() < 0.5) if turn == 1 else []
    return [*order, "outro"] if chance.random() < 0.8 else order


def compose_form(number: int, most_bars: int = 72) -> Form:
    chance = random.Random(number + 5_000_000)
    metre = chance.choices((4, 3, 6), (10, 1.5, 1))[0]
    scale = chance.choice(("major", "major", "minor"))
    piece = Piece(chance.randrange(12), scale, metre, chance.uniform(72, 165), [], [])
    phrases = {kind: _phrase(piece, kind, chance) for kind in ("intro", *SUNG, "interlude", "outro")}
    if chance.random() < 0.5:
        phrases["intro"].chords = phrases["interlude"].chords = phrases["verse"].chords
    form, bar = Form(piece), 0
    for kind in plan(chance):
        extra = chance.choice((1, 1, 2)) if chance.random() < 0.12 else 0
        bars = phrases[kind].bars + extra
        if bar + bars > most_bars:
            break
        form.sections.append((kind, bar, bars))
        bar += bars
    _beats(piece, bar, chance)
    _arranged(form, phrases, chance)
    return form


def _beats(piece: Piece, bars: int, chance: random.Random) -> None:
    now, sway = 0.3 + chance.random(), chance.choice((0.0, 0.0, 0.01))
    for _ in range(bars * piece.metre + 1):
        piece.beats.append(now)
        now += 60 / piece.tempo * (1 + chance.gauss(0, sway))


def _phrase(piece: Piece, kind: str, chance: random.Random) -> Phrase:
    bars = chance.choice((4, 4, 8, 2)) if kind in ("intro", "interlude", "outro") else chance.choice((4, 8, 8, 8))
    count = min(bars, chance.choice((4, 4, 8)))
    loop = [compose._one_chord(piece, chance, chance.random() < 0.4) for _ in range(count)]
    if chance.random() < 0.6:
        loop[0] = compose._one_chord(piece, chance, False, home=True)
    loop = [*(loop * bars)[: bars - 1], (7, "maj")] if chance.random() < 0.4 else loop
    energy = {"chorus": 16, "bridge": 6, "pre-chorus": 8}.get(kind, 0) + chance.randint(-4, 4)
    kicks = [0.0, *(k for k in np.arange(0.5, piece.metre, 0.5) if chance.random() < 0.2)]
    low = chance.choice((48, 52, 55, 60))
    return Phrase(bars, loop, _tune(piece.metre, bars, kind, chance), chance.choice(_MANNERS), low, energy, kicks)


def _tune(metre: int, bars: int, kind: str, chance: random.Random) -> list[tuple[float, float, int]]:
    """(beat, length, step on the scale): a motif, varied, that breathes at the end of each phrase."""
    motif, at, place = [], chance.choice((0.0, 0.0, 0.5, 1.0)), chance.randint(3, 7) + 2 * (kind == "chorus")
    while at < 2 * metre - 0.5:
        length = chance.choice((0.5, 0.5, 1.0, 1.0, 2.0))
        if chance.random() < 0.85:
            motif.append((at, length, place))
        place, at = int(np.clip(place + chance.choice((-2, -1, 0, 1, 2)), 0, 11)), at + length
    end = bars * metre - chance.choice((0.5, 1.0, 2.0))
    turns = [(2 * metre * turn + at, length, step) for turn in range((bars + 1) // 2) for at, length, step in motif]
    return [(at, length, step + chance.choice((0, 0, 0, -1, 1))) for at, length, step in turns if at < end]


def _arranged(form: Form, phrases: dict[str, Phrase], chance: random.Random) -> None:
    """Who plays where: the singer on sung sections, drums and comping by taste."""
    piece = form.piece
    backing = chance.sample(_COMPING, chance.choice((1, 2, 2, 3)))
    for part in (*backing, "bass", "vocals", "lead"):
        piece.programs[part] = chance.choice(compose.PROGRAMS.get(part, compose.PROGRAMS["guitar"]))
    drums_from = chance.choice((0, 0, 1, 2)) if chance.random() < 0.85 else 99
    fills, crashes = chance.random() < 0.4, chance.random() < 0.4
    early = chance.randint(1, 2 * piece.metre - 1) / 2 if chance.random() < 0.7 else 0.0
    piece.parts = {part: [] for part in (*backing, "bass", "vocals", "lead", "drums")}
    if chance.random() < 0.4:  # one manner for the whole song, so that only notes tell the sections apart
        for phrase in phrases.values():
            phrase.manner, phrase.low, phrase.energy = phrases["verse"].manner, phrases["verse"].low, 0
    for index, (kind, first, bars) in enumerate(form.sections):
        phrase = phrases[kind]
        for bar in range(bars):
            _bar(piece, phrase, first + bar, bar, backing if kind in SUNG else backing[:2], chance)
        where = (first * piece.metre - early * (index > 0), bars)
        _sing(piece, phrase, "vocals" if kind in SUNG else "lead", where, chance)
        if index >= drums_from and not (kind == "outro" and chance.random() < 0.4):
            _drum(piece, phrase, (first, bars), fills, crashes, chance)


def _bar(piece: Piece, phrase: Phrase, bar: int, place: int, backing: list[str], chance: random.Random) -> None:
    """One bar of chords: comping and bass."""
    degree, quality = phrase.chords[place % len(phrase.chords)]
    root, start = (piece.tonic + degree) % 12, bar * piece.metre
    span = (piece.beats[start], piece.beats[start + piece.metre], root, quality)
    piece.chords.append(span)
    tones = compose._tones(root, quality, phrase.low, random.Random(root + phrase.low))
    for turn, part in enumerate(backing):
        manner = phrase.manner if turn == 0 else "block"
        piece.parts[part] += _comped(piece, manner, tones, start, 68 + phrase.energy - 8 * turn, chance)
    piece.parts["bass"] += [
        Note(piece.beats[start + beat], piece.beats[start + beat + 1] - 0.03, 28 + (root - 4) % 12, 84 + phrase.energy)
        for beat in (range(0, piece.metre, 2) if phrase.energy < 4 else range(piece.metre))
    ]


def _comped(
    piece: Piece, manner: str, tones: list[int], start: int, loud: int, chance: random.Random
) -> Iterator[Note]:
    end = piece.beats[start + piece.metre]
    if manner == "block":
        yield from (Note(piece.beats[start], end - 0.03, tone, loud) for tone in tones)
        return
    for half in range(2 * piece.metre):
        at, stop = _time(piece, start + half / 2), _time(piece, start + half / 2 + 1)
        if manner == "arpeggio":
            yield Note(at, stop, tones[half % len(tones)], loud + chance.randint(-4, 4))
        elif half % 2 == (manner == "offbeat") or not half:
            yield from (Note(at, min(stop, end), tone, loud + chance.randint(-4, 4)) for tone in tones)


def _sing(piece: Piece, phrase: Phrase, part: str, where: tuple[float, int], chance: random.Random) -> None:
    """The tune from beat `where[0]` on, which a pickup puts before the bar line."""
    first, bars = where
    ladder = (0, 2, 4, 5, 7, 9, 11) if piece.scale == "major" else (0, 2, 3, 5, 7, 8, 10)
    for at, length, step in phrase.melody:
        if at >= bars * piece.metre or (part == "lead" and chance.random() < 0.3):
            continue
        pitch = 57 + piece.tonic % 7 + 12 * (step // 7) + ladder[step % 7]
        begin, end = (_time(piece, first + beat) for beat in (at, at + length))
        piece.parts[part].append(Note(begin, max(begin + 0.1, end - 0.03), pitch, 92 + phrase.energy // 3))


def _drum(
    piece: Piece, phrase: Phrase, where: tuple[int, int], fills: bool, crashes: bool, chance: random.Random
) -> None:
    first, bars = where
    for bar in range(bars):
        start = (first + bar) * piece.metre
        hits = [(k, KICK, 100) for k in phrase.kicks] + [
            (b, SNARE, 96) for b in {4: (1, 3), 3: (1, 2), 6: (3,)}[piece.metre]
        ]
        hits += [(half / 2, HAT, 74 if half % 2 == 0 else 56) for half in range(2 * piece.metre)]
        if fills and bar == bars - 1:
            hits = [h for h in hits if h[0] < piece.metre - 1]
            hits += [(piece.metre - 1 + q / 4, SNARE, 90) for q in range(4)]
        if crashes and bar == 0:
            hits.append((0, CRASH, 95))
        piece.parts["drums"] += [_struck(_time(piece, start + at), drum, loud, chance) for at, drum, loud in hits]


def _struck(at: float, drum: int, loud: int, chance: random.Random) -> Note:
    return Note(at, at + 0.1, drum, min(120, loud + chance.randint(-6, 6)))


def _time(piece: Piece, beat: float) -> float:
    return float(np.interp(beat, np.arange(len(piece.beats)), piece.beats))


@dataclass
class FormExample:
    """What was heard of the song: as a band, as a piano alone, and of the stems."""

    form: Form
    band: Spectra
    bare: Spectra
    stems: dict[str, Spectra]


def example(number: int) -> FormExample:
    form = compose_form(number)
    piece = form.piece
    piece.parts = {part: notes for part, notes in piece.parts.items() if notes}
    audio = compose.sounded(piece, number)
    tuneful = [note for part, notes in piece.parts.items() if part not in ("drums", "bass") for note in notes]
    stems = {part: heard([audio[part]]) for part in ("drums", "bass", "vocals") if part in audio}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bare.flac"
        render_notes(tuneful, 0, path, length=piece.beats[-1] + 1.5)
        bare = heard([soundfile.read(path, dtype="float32")[0].mean(axis=1)])
    if "drums" in audio:
        stems["harmony"] = heard([sum(samples for part, samples in audio.items() if part != "drums")])
    return FormExample(form, heard([sum(audio.values())]), bare, stems)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--songs", type=int, default=60)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--into", type=Path, required=True)
    chosen = options.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    for number in range(chosen.first, chosen.first + chosen.songs):
        target = chosen.into / f"{number:04d}.pickle"
        if not target.exists():
            target.write_bytes(pickle.dumps(example(number)))


if __name__ == "__main__":
    from training.analysis import compose_forms

    compose_forms.main()
