"""Compose small songs by chance: chords, bass line, accompaniment, melody, drums. Nothing is quoted."""

from dataclasses import dataclass

import numpy as np

from training.separation.midi import Note, Part

Chance = np.random.Generator
BARS = 24
# Degrees of the scale each degree likes to move to.
_MOVES = {0: (3, 4, 5, 1, 2), 1: (4, 0, 3), 2: (5, 3), 3: (0, 4, 1), 4: (0, 5, 3), 5: (3, 1, 4), 6: (0, 2)}
_SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10), "dorian": (0, 2, 3, 5, 7, 9, 10)}
# Per style: tempo range, sixteenths on which kick, snare and hat are likely, and swing.
_STYLES = {
    "rock": ((95, 150), (0, 8, 10), (4, 12), 2, 0.0),
    "pop": ((85, 130), (0, 6, 8), (4, 12), 2, 0.0),
    "ballad": ((58, 85), (0, 8), (4, 12), 2, 0.0),
    "funk": ((90, 118), (0, 3, 6, 10), (4, 12), 1, 0.1),
    "dance": ((115, 138), (0, 4, 8, 12), (4, 12), 2, 0.0),
    "reggae": ((65, 90), (8,), (8,), 4, 0.2),
    "shuffle": ((80, 140), (0, 8), (4, 12), 2, 0.3),
    "hiphop": ((78, 100), (0, 5, 8, 11), (4, 12), 1, 0.15),
    "halftime": ((120, 170), (0, 6), (8,), 2, 0.0),
}
_KITS = (0, 0, 8, 16, 24, 25, 26, 32, 40)
_COMP = (0, 1, 2, 3, 4, 5, 6, 7, 15, 16, 17, 18, 19, 21, 24, 25, 26, 27, 28, 29, 30, 30, 29, 11, 12, 46)
_PADS = (48, 49, 50, 51, 61, 62, 63, 88, 89, 90, 92, 93, 94, 95, 16, 18, 19, 20)
_LEADS = (
    22,
    40,
    41,
    42,
    56,
    57,
    59,
    60,
    64,
    65,
    66,
    67,
    68,
    71,
    73,
    74,
    75,
    80,
    81,
    82,
    84,
    29,
    30,
    26,
    11,
    13,
    104,
    110,
)


@dataclass(frozen=True)
class Song:
    style: str
    tempo: float
    parts: dict[str, Part]


@dataclass(frozen=True)
class _Plan:
    """What all players agree on."""

    style: str
    root: int
    scale: tuple[int, ...]
    degrees: tuple[int, ...]
    swing: float

    def tone(self, degree: int, octave: int) -> int:
        """MIDI pitch of a scale degree, which may lie beyond the octave."""
        return self.root + 12 * octave + 12 * (degree // 7) + self.scale[degree % 7]

    def time(self, bar: int, sixteenth: int) -> float:
        """In beats; off-beats are late by the swing."""
        late = self.swing * 0.25 if sixteenth % 4 == 2 else 0.0
        return bar * 4 + sixteenth / 4 + late


def composed(chance: Chance) -> Song:
    """A song of 24 bars of four beats."""
    style = str(chance.choice(list(_STYLES)))
    (slow, fast), *_, swing = _STYLES[style]
    scale = _SCALES[str(chance.choice(list(_SCALES)))]
    plan = _Plan(style, int(chance.integers(0, 12)), scale, _harmony(chance), swing)
    parts = {"drums": _drums(plan, chance), "bass": _bass(plan, chance), "comp": _comp(plan, chance)}
    if chance.random() < 0.6:
        parts["pad"] = _pad(plan, chance)
    if chance.random() < 0.7:
        parts["lead"] = _lead(plan, chance)
    return Song(style, float(chance.uniform(slow, fast)), parts)


def _harmony(chance: Chance) -> tuple[int, ...]:
    """One chord per bar: a verse and a chorus of four bars, alternating."""
    loops = []
    for _ in range(2):
        loop = [int(chance.choice((0, 5, 3)))]
        while len(loop) < 4:
            loop.append(int(chance.choice(_MOVES[loop[-1]])))
        loops.append(loop * 2)
    return tuple((loops[0] + loops[1]) * 2)[:BARS]


def _touch(chance: Chance, base: float) -> int:
    return int(chance.normal(base, 9))


def _drums(plan: _Plan, chance: Chance) -> Part:
    _, kicks, snares, every, _ = _STYLES[plan.style]
    snare, hat = int(chance.choice((38, 40, 37, 39))), int(chance.choice((42, 42, 51, 46, 70)))
    ghosts = chance.random() * 0.25
    extra = chance.random(16) < 0.12
    notes = []
    for bar in range(BARS):
        for step in range(16):
            time = plan.time(bar, step)
            if step in kicks or (extra[step] and chance.random() < 0.7):
                notes.append(Note(time, 0.2, 36 if chance.random() < 0.9 else 35, _touch(chance, 105)))
            if step in snares:
                notes.append(Note(time, 0.2, snare, _touch(chance, 102)))
            elif chance.random() < ghosts * 0.3:
                notes.append(Note(time, 0.2, 38, _touch(chance, 45)))
            if step % every == 0:
                notes.append(Note(time, 0.2, hat, _touch(chance, 85 if step % 4 == 0 else 65)))
        if bar % 4 == 3 and chance.random() < 0.6:
            notes += [
                Note(plan.time(bar, 12 + s), 0.2, int(p), _touch(chance, 95))
                for s, p in enumerate(chance.choice((41, 43, 45, 47, 48, 50, 38), 4))
            ]
        if bar % 8 == 0:
            notes.append(Note(plan.time(bar, 0), 1.0, int(chance.choice((49, 57, 55))), _touch(chance, 100)))
    return Part(int(chance.choice(_KITS)), 9, tuple(notes))


def _bass(plan: _Plan, chance: Chance) -> Part:
    density, walk = chance.uniform(0.2, 0.8), chance.random() < 0.4
    rhythm = [0] + [step for step in range(2, 16, 2) if chance.random() < density]
    notes = []
    for bar, degree in enumerate(plan.degrees):
        for step, following in zip(rhythm, [*rhythm[1:], 16], strict=True):
            tone = degree + (
                int(chance.choice((0, 0, 2, 4, 7, 6, 1))) if walk and step else int(chance.choice((0, 0, 0, 7)))
            )
            length = (following - step) / 4 * chance.uniform(0.6, 1.0)
            notes.append(Note(plan.time(bar, step), length, plan.tone(tone, 2), _touch(chance, 98)))
    low, reach = int(chance.integers(26, 33)), int(chance.integers(12, 24))
    program = int(chance.choice((32, 33, 33, 34, 35, 36, 37, 38, 38, 39)))
    return Part(program, 0, tuple(_in_range(notes, low, low + reach)))


def _in_range(notes: list[Note], low: int, high: int) -> list[Note]:
    """Every pitch moved by octaves into an instrument's range."""
    moved = []
    for note in notes:
        pitch = note.pitch
        while pitch < low:
            pitch += 12
        while pitch > high:
            pitch -= 12
        moved.append(Note(note.start, note.length, pitch, note.loudness))
    return moved


def _chord(plan: _Plan, degree: int, chance: Chance) -> list[int]:
    tones = [degree, degree + 2, degree + 4]
    if chance.random() < 0.3:
        tones.append(degree + 6)
    return [plan.tone(tone, 4) for tone in tones]


def _comp(plan: _Plan, chance: Chance) -> Part:
    program, broken = int(chance.choice(_COMP)), chance.random() < 0.4
    rhythm = [step for step in range(0, 16, 2) if step == 0 or chance.random() < chance.uniform(0.2, 0.7)]
    shift = int(chance.integers(-8, 9))
    notes = []
    for bar, degree in enumerate(plan.degrees):
        chord = _chord(plan, degree, chance)
        for count, (step, following) in enumerate(zip(rhythm, [*rhythm[1:], 16], strict=True)):
            played = [chord[count % len(chord)]] if broken else chord
            for strum, pitch in enumerate(played):
                time = plan.time(bar, step) + strum * 0.01
                notes.append(Note(time, (following - step) / 4 * 0.9, pitch, _touch(chance, 82)))
    low = 48 + shift
    return Part(program, 0, tuple(_in_range(notes, low, low + 24)))


def _pad(plan: _Plan, chance: Chance) -> Part:
    notes = [
        Note(bar * 4.0, 4.0, pitch, _touch(chance, 78))
        for bar, degree in enumerate(plan.degrees)
        for pitch in _chord(plan, degree, chance)
    ]
    low = int(chance.integers(45, 64))
    return Part(int(chance.choice(_PADS)), 0, tuple(_in_range(notes, low, low + 16)))


def _lead(plan: _Plan, chance: Chance) -> Part:
    notes, tone = [], 0
    rests = chance.uniform(0.1, 0.5)
    for bar, degree in enumerate(plan.degrees):
        if (bar // 4) % 3 == 2:
            continue
        step = 0
        while step < 16:
            length = int(chance.choice((1, 2, 2, 4, 4, 6, 8)))
            tone = degree + int(chance.choice((0, 2, 4))) if step == 0 else tone + int(chance.integers(-2, 3))
            tone = min(max(tone, -4), 11)
            if chance.random() > rests:
                notes.append(Note(plan.time(bar, step), length / 4 * 0.95, plan.tone(tone, 5), _touch(chance, 90)))
            step += length
    low = int(chance.integers(52, 70))
    return Part(int(chance.choice(_LEADS)), 0, tuple(_in_range(notes, low, low + 20)))


_STRINGS = (48, 48, 49, 44, 50)
_SOLOISTS = (40, 41, 42, 40, 42, 56, 57, 60, 64, 65, 66, 67, 68, 69, 70, 71, 72, 73, 73, 74, 75, 77, 78, 79, 109, 111)
_PLUCKED = (46, 45, 0, 24, 11, 8, 12, 6)


def orchestral(chance: Chance) -> Song:
    """A slow song without a rhythm section, whose strings, winds and soloists swell and sing as voices do."""
    scale = _SCALES[str(chance.choice(list(_SCALES)))]
    plan = _Plan("orchestra", int(chance.integers(0, 12)), scale, _harmony(chance), 0.0)
    parts = {"strings": _breathing(_pad(plan, chance), _STRINGS, chance)}
    for name in ("solo", "second")[: 1 + int(chance.random() < 0.6)]:
        parts[name] = _breathing(_lead(plan, chance), _SOLOISTS, chance)
    if chance.random() < 0.5:
        comp = _comp(plan, chance)
        parts["plucked"] = Part(int(chance.choice(_PLUCKED)), 0, comp.notes)
    return Song("orchestra", float(chance.uniform(55, 105)), parts)


def _breathing(part: Part, programs: tuple[int, ...], chance: Chance) -> Part:
    """The same notes, longer, on another instrument, with vibrato and slow changes of force."""
    time = np.arange(0, BARS * 4, 0.125)
    wave = np.sin(2 * np.pi * time / chance.uniform(3, 9) + chance.uniform(0, 6))
    force = np.clip(92 + chance.uniform(5, 32) * wave, 20, 127).astype(int)
    notes = tuple(Note(note.start, note.length * 1.05, note.pitch, note.loudness) for note in part.notes)
    swells = tuple(zip(time.tolist(), force.tolist(), strict=True))
    return Part(int(chance.choice(programs)), 0, notes, swells, int(chance.integers(0, 90)))
