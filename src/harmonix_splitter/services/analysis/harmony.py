"""Chords on the beats and the key they are in."""

from dataclasses import replace
from itertools import pairwise

import numpy as np

from harmonix_splitter.analysis import chords as chord_maths
from harmonix_splitter.analysis import keys as key_maths
from harmonix_splitter.analysis.calibration import trusted
from harmonix_splitter.analysis.grids import means_between
from harmonix_splitter.analysis.modulations import keys_of_bars, turns_of
from harmonix_splitter.audio.hearing import PITCH_RATE
from harmonix_splitter.domain.analysis import Chord, ChordName, Key, KeyFinding, Rhythm, Scale, Section
from harmonix_splitter.services.analysis.notes import Notes
from harmonix_splitter.services.ports.analysis import ChordChances, Samples

_STEP_WITHOUT_BEATS = 0.5
_ALTERNATIVES, _WORTH_NAMING = 2, 0.05
# A key is told by this many bars before a bar line and as many after it.
_AROUND, _FEWEST_BARS = 4, 16
_NEARLY_ALL, _USUALLY_SURE = 0.5, 0.6


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


def with_key_prior(
    names: tuple[ChordName, ...], logs: Samples, edges: Samples, keys: tuple[KeyFinding, ...], weight: float = 0.4
) -> Samples:
    """A weak push towards chords whose notes are in the key, or in the key of their stretch."""
    pushed = np.array(logs)
    for found in keys:
        end = float(edges[-1]) if found.end is None else found.end
        pushed[(edges[:-1] >= found.start) & (edges[:-1] < end)] += weight * _at_home(names, found.key)
    return pushed


def _at_home(names: tuple[ChordName, ...], key: Key) -> Samples:
    steps = (0, 2, 4, 5, 7, 9, 11) if key.is_major else (0, 2, 3, 5, 7, 8, 10, 11)
    inside = {(key.tonic + step) % 12 for step in steps}
    return np.array([float(set(name.notes) <= inside) for name in names])


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


def is_one_note(notes: Notes) -> bool:
    """Whether one pitch class is nearly all there is: neither a chord nor a key can be told by it."""
    heard = notes.harmony.mean(axis=0) if len(notes.harmony) else np.zeros(12)
    shares = heard / max(float(heard.sum()), 1e-9)
    return float((shares**2).sum()) > _NEARLY_ALL


def as_sure_as(chords: tuple[Chord, ...], keys: tuple[KeyFinding, ...]) -> tuple[KeyFinding, ...]:
    """A key is told by its chords: where they are guessed, as in speech, so is the key."""
    lasting = sum(chord.end - chord.start for chord in chords if chord.name.is_chord)
    sure = sum((chord.end - chord.start) * chord.confidence for chord in chords if chord.name.is_chord)
    share = min(1.0, sure / max(lasting, 1e-9) / _USUALLY_SURE)
    return tuple(replace(found, confidence=found.confidence * share) for found in keys)


def key_changes_of(
    notes: Notes, triads: Samples, edges: Samples, rhythm: Rhythm, sections: tuple[Section, ...]
) -> tuple[KeyFinding, ...]:
    """The key of each stretch of the song where there is more than one; a section begins where a key does, if near."""
    bars = np.array([*rhythm.downbeats, float(edges[-1])])
    if len(bars) < _FEWEST_BARS:
        return ()
    around = [
        (bars[max(0, bar - _AROUND + 1)], bars[min(len(bars) - 1, bar + _AROUND)]) for bar in range(len(bars) - 1)
    ]
    chances = np.array([_chances_between(notes, triads, edges, float(a), float(b)) for a, b in around])
    path = keys_of_bars(chances, np.diff(bars))
    turns = turns_of(path, means_between(notes.harmony, PITCH_RATE, bars))
    if not turns:
        return ()
    starts = [0.0, *(_border_near(float(bars[turn]), bars, sections) for turn in turns), float(edges[-1])]
    keys = [int(path[0]), *(int(path[at]) for at in np.flatnonzero(np.diff(path)) + 1)]
    return tuple(
        _stretch(_chances_between(notes, triads, edges, a, b), key, a, b)
        for key, (a, b) in zip(keys, pairwise(starts), strict=True)
    )


def _border_near(time: float, bars: Samples, sections: tuple[Section, ...]) -> float:
    nearest = min((section.start for section in sections), key=lambda start: abs(start - time), default=time)
    return nearest if abs(nearest - time) <= 1.1 * float(np.median(np.diff(bars))) else time


def led_by_longest(keys: tuple[KeyFinding, ...], changes: tuple[KeyFinding, ...]) -> tuple[KeyFinding, ...]:
    """Where the key changes, the song is named after the key it is in for longest."""
    if not changes:
        return keys
    lasting: dict[Key, float] = {}
    for stretch in changes:
        lasting[stretch.key] = lasting.get(stretch.key, 0.0) + (stretch.end or 0.0) - stretch.start
    longest = max(lasting, key=lambda key: lasting[key])
    first = max((c for c in changes if c.key == longest), key=lambda c: c.confidence)
    return (KeyFinding(longest, first.confidence), *[found for found in keys if found.key != longest])[:3]


def _stretch(chances: Samples, key: int, start: float, end: float) -> KeyFinding:
    return KeyFinding(_key(key), trusted("key", float(chances[key])), start, end)


def _chances_between(notes: Notes, triads: Samples, edges: Samples, start: float, end: float) -> Samples:
    middles = (edges[1:] + edges[:-1]) / 2
    inside = (middles >= start) & (middles < end)
    frames = slice(int(start * PITCH_RATE), max(int(end * PITCH_RATE), int(start * PITCH_RATE) + 1))
    harmony, bass = notes.harmony[frames], notes.bass[frames]
    if not inside.any() or not len(harmony):
        return np.full(24, 1 / 24)
    found = key_maths.evidence_of(harmony.mean(axis=0), bass.mean(axis=0), triads[inside], np.diff(edges)[inside])
    return key_maths.probabilities(found)


def _key(index: int) -> Key:
    return Key(index % 12, Scale.MAJOR if index < 12 else Scale.MINOR)


OWN_NAMES = tuple(ChordName(*chord_maths.name_of(state)) for state in range(chord_maths.NO_CHORD + 1))
