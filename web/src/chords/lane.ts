/** The chords of a song in time: which sounds now, which comes next, and how they fall on the bars. */
import type { Bar } from '../mixer/beats';
import { chordFrom, moved, type Chord } from './harte';

export interface TimedChord {
  start: number;
  end: number;
  /** As stored, in Harte's writing. */
  label: string;
  chord: Chord | null;
  confidence: number;
  alternatives: readonly string[];
}

/** Below this the lane says that it is not sure. */
export const UNSURE = 0.5;

export function timedChord(raw: { start: number; end: number; chord: string; confidence?: number; alternatives?: readonly string[] }): TimedChord {
  const { start, end, chord: label, confidence = 1, alternatives = [] } = raw;
  return { start, end, label, chord: chordFrom(label), confidence, alternatives };
}

export function transposed(lane: readonly TimedChord[], semitones: number): TimedChord[] {
  if (semitones === 0) return [...lane];
  return lane.map((each) => ({ ...each, chord: each.chord && moved(each.chord, semitones) }));
}

/** The place in the lane of what sounds at a time; −1 before the first and in a gap. */
export function indexAt(lane: readonly { start: number; end: number }[], time: number): number {
  let low = 0;
  let high = lane.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lane[middle]?.start ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return (lane[low - 1]?.end ?? 0) > time ? low - 1 : -1;
}

/** The next real chord after a time. */
export function nextAfter(lane: readonly TimedChord[], time: number): TimedChord | undefined {
  return lane.find((each) => each.start > time && each.chord !== null);
}

export interface GridCell {
  time: number;
  /** The chord that begins on this beat, or null where the last one goes on. */
  change: TimedChord | null;
}

export interface GridBar {
  bar: Bar;
  cells: readonly GridCell[];
}

/** The lane written as bars: a chord stands on the beat nearest to where it begins. */
export function gridOf(lane: readonly TimedChord[], bars: readonly Bar[]): GridBar[] {
  let next = 0;
  return bars.map((bar) => ({
    bar,
    cells: bar.beats.map((beat, index) => {
      const reach = ((bar.beats[index + 1]?.time ?? bar.end) - beat.time) / 2;
      let change: TimedChord | null = null;
      while ((lane[next]?.start ?? Infinity) < beat.time + reach) change = lane[next++] ?? null;
      return { time: beat.time, change };
    }),
  }));
}

/** One chord put right; neighbours that now say the same become one. */
export function corrected(lane: readonly TimedChord[], index: number, label: string): TimedChord[] {
  const fixed = lane.map((each, place) => (place === index ? { ...each, label, chord: chordFrom(label), confidence: 1, alternatives: [] } : each));
  return fixed.reduce<TimedChord[]>((joined, each) => {
    const last = joined.at(-1);
    if (last && last.label === each.label && Math.abs(last.end - each.start) < 0.05) {
      joined[joined.length - 1] = { ...last, end: each.end, confidence: Math.max(last.confidence, each.confidence) };
    } else joined.push(each);
    return joined;
  }, []);
}
