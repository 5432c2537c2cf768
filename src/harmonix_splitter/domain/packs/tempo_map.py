"""A song's beats as a workstation's tempo map: tick 0 is the first sample, every beat stands where it was heard."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from harmonix_splitter.domain.analysis.chords import Chord
from harmonix_splitter.domain.analysis.facts import Analysis
from harmonix_splitter.domain.analysis.rhythm import Metre, Rhythm
from harmonix_splitter.domain.packs import midi
from harmonix_splitter.domain.packs.midi import TICKS, Event
from harmonix_splitter.errors import ConflictError

_PARTS = 4
"""The lead-in is counted in quarters of a beat, so that its tempo is near the song's."""
_AT_ONCE = 0.0005
_LONGEST_GAP = 4
"""More beats than this without one found are filled in evenly."""
_SLOWEST_QUARTER = 4.0
"""Seconds; with the longest gap a tempo event can still say it."""
_UNITS = (1, 2, 4, 8, 16, 32)
_CHORD_OCTAVE = 48


@dataclass(frozen=True)
class _Bar:
    tick: int
    beats: int
    unit: int


@dataclass(frozen=True)
class TempoMap:
    """`points` are (tick, seconds) in order, straight between them; `first_bar` is the bar of the first downbeat."""

    points: tuple[tuple[int, float], ...]
    bars: tuple[_Bar, ...]
    first_bar: int

    def tick_at(self, seconds: float) -> int:
        """Beyond the last point its tempo goes on."""
        at = bisect_right(self.points, max(0.0, seconds), key=lambda point: point[1])
        at = min(max(at, 1), len(self.points) - 1)
        (tick, begin), (next_tick, end) = self.points[at - 1], self.points[at]
        return round(tick + (max(0.0, seconds) - begin) / (end - begin) * (next_tick - tick))

    def events(self) -> Iterator[Event]:
        """Bars and tempi. Rounding never adds up: each tempo leads from where the last one really ended."""
        for before, bar in pairwise((None, *self.bars)):
            if bar and (before is None or (before.beats, before.unit) != (bar.beats, bar.unit)):
                yield midi.time_signature(bar.tick, bar.beats, bar.unit)
        reached = 0.0
        for (tick, _), (next_tick, end) in pairwise(self.points):
            quarters = (next_tick - tick) / TICKS
            lasting = round((end * 1e6 - reached) / quarters)
            reached += lasting * quarters
            yield midi.tempo(tick, lasting)


def tempo_map(rhythm: Rhythm) -> TempoMap:
    """Raise ConflictError when no beats are known. Whatever is before the first downbeat fills bars of its own."""
    metre = _metre_of(rhythm)
    beats, positions, step = _filled(rhythm, metre)
    beat_ticks = 4 * TICKS // metre.unit
    part = beat_ticks // _PARTS
    silent = max(1, round(beats[0] / step * _PARTS)) if beats[0] > _AT_ONCE else 0
    pickup = positions.index(1) if 1 in positions else 0
    points = [(silent * part + number * beat_ticks, time) for number, time in enumerate(beats)]
    if silent:
        points.insert(0, (0, 0.0))
    bars = list(_lead_in(silent + pickup * _PARTS, metre))
    first_bar, tick = len(bars) + 1, points[-1][0] - (len(beats) - 1 - pickup) * beat_ticks
    for count in _bar_lengths(positions[pickup:], metre):
        bars.append(_Bar(tick, count, metre.unit))
        tick += count * beat_ticks
    return TempoMap(tuple(points), tuple(bars), first_bar)


def midi_file(title: str, analysis: Analysis) -> bytes:
    """The tempo map with sections as markers, and the chords as text and held notes."""
    found = tempo_map(analysis.rhythm)
    conductor = [midi.track_name(title), *found.events()]
    start = found.bars[found.first_bar - 1].tick
    if start:
        conductor.append(midi.marker(start, "Bar 1"))
    conductor += [midi.marker(found.tick_at(part.start), part.label) for part in analysis.sections]
    chords = [midi.track_name("Chords"), *_chord_events(found, analysis.chords, analysis)]
    last = max(event.tick for event in (*conductor, *chords))
    return midi.written((conductor, chords), max(last, found.tick_at(analysis.duration)))


def _chord_events(found: TempoMap, chords: Sequence[Chord], analysis: Analysis) -> Iterator[Event]:
    for chord in chords:
        start, end = found.tick_at(chord.start), found.tick_at(chord.end)
        for number in chord.name.notes if end > start else ():
            yield from midi.note(start, end, _CHORD_OCTAVE + number)
        yield midi.text(start, chord.name.short(analysis.key))


def _metre_of(rhythm: Rhythm) -> Metre:
    """As it was found; notes that cannot be written are quarters."""
    metre = rhythm.metre or Metre(max(rhythm.positions, default=4))
    return metre if metre.unit in _UNITS else Metre(metre.beats)


def _filled(rhythm: Rhythm, metre: Metre) -> tuple[list[float], list[int], float]:
    """The beats, and evenly spaced ones where none was found for long; and how far beats are apart."""
    steps = [later - earlier for earlier, later in pairwise(rhythm.beats)]
    step = median(steps) if steps else 0.0
    if not _AT_ONCE < step * metre.unit / 4 < _SLOWEST_QUARTER:
        raise ConflictError("No beats are known for this song.", advice="Analyse it, or tap them on the song's page.")
    beats, positions = [rhythm.beats[0]], [rhythm.positions[0]]
    for time, position in zip(rhythm.beats[1:], rhythm.positions[1:], strict=True):
        before = beats[-1]
        if time - before < _AT_ONCE:
            continue
        count = round((time - before) / step) if time - before > _LONGEST_GAP * step else 1
        for number in range(1, count):
            beats.append(before + (time - before) * number / count)
            positions.append(positions[-1] % metre.beats + 1)
        beats.append(time)
        positions.append(position)
    return beats, positions, step


def _lead_in(parts: int, metre: Metre) -> Iterator[_Bar]:
    """Whole bars, behind one that takes up the rest."""
    whole, rest = divmod(parts, metre.beats * _PARTS)
    part = 4 * TICKS // metre.unit // _PARTS
    if rest % _PARTS:
        yield _Bar(0, rest, metre.unit * _PARTS)
    elif rest:
        yield _Bar(0, rest // _PARTS, metre.unit)
    for number in range(whole):
        yield _Bar((rest + number * metre.beats * _PARTS) * part, metre.beats, metre.unit)


def _bar_lengths(positions: Sequence[int], metre: Metre) -> Iterator[int]:
    """Beats of each bar, as they were counted; the last bar is a usual one."""
    ones = [number for number, position in enumerate(positions) if position == 1] or [0]
    for begin, end in pairwise(ones):
        left = end - begin
        while left > 2 * metre.beats:
            yield metre.beats
            left -= metre.beats
        yield left
    yield metre.beats
