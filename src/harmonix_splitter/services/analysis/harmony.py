"""Chords on the beats and the key they are in."""

from dataclasses import replace

import numpy as np

from harmonix_splitter.analysis import chords as chord_maths
from harmonix_splitter.analysis import keys as key_maths
from harmonix_splitter.analysis.calibration import trusted
from harmonix_splitter.analysis.grids import means_between
from harmonix_splitter.audio.hearing import PITCH_RATE
from harmonix_splitter.domain.analysis import Chord, ChordName, Key, KeyFinding, Rhythm, Scale
from harmonix_splitter.services.analysis.notes import Notes
from harmonix_splitter.services.ports.analysis import ChordChances, Samples

_STEP_WITHOUT_BEATS = 0.5
_ALTERNATIVES, _WORTH_NAMING = 2, 0.05


def spans_of(rhythm: Rhythm, duration: float) -> Samples:
    """Edges of the spans that get one chord each: beats, carried to both ends, or half seconds without any."""
    if len(rhythm.beats) < 2:
        return np.append(np.arange(0, duration, _STEP_WITHOUT_BEATS), duration)
    times = np.array(rhythm.beats)
    step = float(np.median(np.diff(times)))
    before = np.arange(times[0] - step, 0, -step)[::-1]
    after = np.arange(times[-1] + step, duration, step)
    inner = np.concatenate([before, times, after])
    return np.concatenate([[0.0], inner[(inner > 0.05) & (inner < duration - 0.05)], [duration]])


def change_costs(rhythm: Rhythm, edges: Samples) -> Samples:
    """What a new chord costs at each edge: little on a bar line, more inside a bar."""
    costs = np.full(len(edges) - 1, 4.0)
    marks = np.searchsorted(edges, np.array(rhythm.beats) - 1e-6) if rhythm.beats else np.zeros(0, int)
    for at, position in zip(marks, rhythm.positions, strict=True):
        if at < len(costs):
            costs[at] = 2.0 if position == 1 else 3.0 if position % 2 else 4.0
    return costs


def own_chances(notes: Notes, edges: Samples) -> tuple[tuple[ChordName, ...], Samples]:
    """Our own model: names and their log chance in each span."""
    rows = chord_maths.note_rows(notes.all, PITCH_RATE, edges)
    loudness = means_between(notes.all.sum(axis=1), PITCH_RATE, edges)
    heard = loudness > 0.02 * max(float(np.percentile(loudness, 90)), 1e-6)
    logs = chord_maths.log_chances(rows, heard & (loudness > 1e-4))
    return OWN_NAMES, logs


def engine_chances(found: ChordChances, edges: Samples) -> tuple[tuple[ChordName, ...], Samples]:
    """An engine's frames gathered on our spans; frames of one span hang together, so they count as a few only."""
    mean = means_between(found.logs, found.rate, edges)
    return found.names, mean * 4.0


def mixed_chances(
    ours: tuple[tuple[ChordName, ...], Samples], theirs: tuple[tuple[ChordName, ...], Samples], weight: float = 0.25
) -> tuple[tuple[ChordName, ...], Samples]:
    """The hybrid: the engine's names, lifted where our own ears hear the same root and third."""
    names, logs = theirs
    own_names, own_logs = ours
    index = [_nearest(name, own_names) for name in names]
    return names, logs + weight * own_logs[:, index]


def _nearest(name: ChordName, among: tuple[ChordName, ...]) -> int:
    plain = replace(name, bass=0)
    return among.index(plain) if plain in among else among.index(replace(plain, quality=name.triad.quality))


def with_key_prior(names: tuple[ChordName, ...], logs: Samples, key: Key, weight: float = 0.4) -> Samples:
    """A weak push towards chords whose notes are in the key."""
    steps = (0, 2, 4, 5, 7, 9, 11) if key.is_major else (0, 2, 3, 5, 7, 8, 10, 11)
    inside = {(key.tonic + step) % 12 for step in steps}
    push = np.array([weight * (set(name.notes) <= inside) for name in names])
    return np.asarray(logs + push)


def chords_from(names: tuple[ChordName, ...], logs: Samples, edges: Samples, costs: Samples) -> tuple[Chord, ...]:
    """The likeliest sequence, equal neighbours joined, each with its chance and the runners-up."""
    path = chord_maths.likeliest(logs, costs)
    starts = np.flatnonzero(np.diff(path.states, prepend=-1))
    ends = np.append(starts[1:], len(path.states))
    return tuple(_chord(names, path, edges, int(a), int(b)) for a, b in zip(starts, ends, strict=True))


def _chord(names: tuple[ChordName, ...], path: chord_maths.ChordPath, edges: Samples, a: int, b: int) -> Chord:
    chances = path.chances[a:b].mean(axis=0)
    chosen = int(path.states[a])
    order = [int(i) for i in np.argsort(-chances)[: _ALTERNATIVES + 1] if int(i) != chosen]
    others = tuple((names[i], float(chances[i])) for i in order[:_ALTERNATIVES] if chances[i] >= _WORTH_NAMING)
    alike = sum(float(c) for n, c in zip(names, chances, strict=True) if n.triad == names[chosen].triad)
    return Chord(float(edges[a]), float(edges[b]), names[chosen], trusted("chords", min(alike, 1.0)), others)


def triads_of(names: tuple[ChordName, ...], logs: Samples, costs: Samples) -> Samples:
    """(spans, 24) chance of each major and minor triad."""
    chances = chord_maths.likeliest(logs, costs).chances
    total = np.zeros((len(chances), 24))
    for column, name in enumerate(names):
        triad = name.triad
        if triad.root is not None and triad.quality in ("maj", "min", "dim"):
            total[:, triad.root + (0 if triad.quality == "maj" else 12)] += chances[:, column]
    return total


def keys_of(notes: Notes, triads: Samples, edges: Samples, engine: Samples | None = None) -> tuple[KeyFinding, ...]:
    """The three likeliest keys. Nothing tonal heard: none."""
    if not len(notes.harmony) or float(triads.sum()) < 2.0:
        return ()
    found = key_maths.evidence_of(notes.harmony.mean(axis=0), notes.bass.mean(axis=0), triads, np.diff(edges))
    chances = key_maths.probabilities(found)
    if engine is not None:
        chances = np.sqrt(chances * np.maximum(engine, 1e-4))
        chances /= chances.sum()
    first, *others = np.argsort(-chances)[:3]
    sure = trusted("key", float(chances[first]))
    left = (1 - sure) / max(1 - float(chances[first]), 1e-9)
    runners_up = (KeyFinding(_key(int(i)), min(sure, left * float(chances[i]))) for i in others)
    return (KeyFinding(_key(int(first)), sure), *runners_up)


def _key(index: int) -> Key:
    return Key(index % 12, Scale.MAJOR if index < 12 else Scale.MINOR)


OWN_NAMES = tuple(ChordName(*chord_maths.name_of(state)) for state in range(chord_maths.NO_CHORD + 1))
