/** The grid of a song: beats and bars, counted from one, and what falls on them. Times in seconds. */
import type { Tick } from '../player/audio/clicks';

export interface Beat {
  time: number;
  /** The one of a bar. */
  isDown: boolean;
}

export interface Bar {
  /** From 1. Beats before the first one are the upbeat: bar 0. */
  number: number;
  start: number;
  end: number;
  beats: readonly Beat[];
}

export interface TimeSpan {
  from: number;
  to: number;
}

export function barsOf(beats: readonly Beat[], duration: number): Bar[] {
  const groups: Beat[][] = [];
  for (const beat of beats) {
    if (beat.isDown || groups.length === 0) groups.push([]);
    groups.at(-1)?.push(beat);
  }
  const first = groups[0]?.[0]?.isDown ? 1 : 0;
  return groups.map((group, index) => ({
    number: index + first,
    start: group[0]?.time ?? 0,
    end: groups[index + 1]?.[0]?.time ?? Math.min(duration, afterLast(group)),
    beats: group,
  }));
}

export function barAt(bars: readonly Bar[], time: number): Bar | undefined {
  return bars.findLast((bar) => bar.start <= time);
}

/** The beat nearest to a time, or the time itself where there is no grid. */
export function snapped(time: number, beats: readonly Beat[]): number {
  let best = time;
  let least = Infinity;
  for (const beat of beats) {
    const apart = Math.abs(beat.time - time);
    if (apart < least) [best, least] = [beat.time, apart];
  }
  return best;
}

/** A loop drawn by hand: ordered, on beats when wanted, and never shorter than a beat. */
export function drawnSpan(one: number, other: number, beats: readonly Beat[], snap: boolean): TimeSpan | null {
  const [from, to] = [Math.min(one, other), Math.max(one, other)];
  const span = snap ? { from: snapped(from, beats), to: snapped(to, beats) } : { from, to };
  return span.to - span.from < 0.1 ? null : span;
}

/** Bars `first` to `last`, both played. */
export function spanOfBars(bars: readonly Bar[], first: number, last: number): TimeSpan | null {
  const from = bars.find((bar) => bar.number === first);
  const to = bars.find((bar) => bar.number === Math.max(first, last)) ?? bars.at(-1);
  return from && to && to.end > from.start ? { from: from.start, to: to.end } : null;
}

/** The bars a span covers, when it covers whole ones. */
export function barsInSpan(bars: readonly Bar[], span: TimeSpan): { first: number; last: number } | null {
  const near = (one: number, other: number): boolean => Math.abs(one - other) < 0.03;
  const first = bars.find((bar) => near(bar.start, span.from));
  const last = bars.find((bar) => near(bar.end, span.to));
  return first && last && last.number >= first.number ? { first: first.number, last: last.number } : null;
}

/** One beat or bar on (or back): where the arrow keys go. */
export function steppedBy(bars: readonly Bar[], time: number, count: number): number {
  const here = bars.findLastIndex((bar) => bar.start <= time + 0.02);
  const isBack = count < 0 && here >= 0 && time - (bars[here]?.start ?? 0) > 0.4;
  const index = Math.min(bars.length - 1, Math.max(0, here + count + (isBack ? 1 : 0)));
  return bars[index]?.start ?? Math.max(0, time + 5 * Math.sign(count));
}

export type Pulse = 'half' | 'whole' | 'double';

/** What the metronome strikes: every beat, every other one, or eighths between them. Places in samples. */
export function ticksOf(beats: readonly Beat[], pulse: Pulse, sampleRate: number): Tick[] {
  const tick = (time: number, accent: boolean): Tick => ({ at: Math.round(time * sampleRate), accent });
  if (pulse === 'half') return halved(beats).map((beat) => tick(beat.time, beat.isDown));
  if (pulse === 'whole') return beats.map((beat) => tick(beat.time, beat.isDown));
  return beats.flatMap((beat, index) => {
    const next = beats[index + 1];
    const own = tick(beat.time, beat.isDown);
    return next ? [own, tick((beat.time + next.time) / 2, false)] : [own];
  });
}

/** Every other beat, counted anew from each one. */
function halved(beats: readonly Beat[]): Beat[] {
  let count = 0;
  return beats.filter((beat) => {
    count = beat.isDown ? 0 : count + 1;
    return count % 2 === 0;
  });
}

/** Tempo from a row of taps (milliseconds); a pause of two seconds begins a new row. */
export function tappedTempo(taps: readonly number[]): number | null {
  const start = taps.findLastIndex((tap, index) => index > 0 && tap - (taps[index - 1] ?? 0) > 2000);
  const row = taps.slice(Math.max(0, start)).slice(-9);
  const [first, last] = [row[0], row.at(-1)];
  return row.length < 3 || first === undefined || last === undefined ? null : (60000 * (row.length - 1)) / (last - first);
}

/** The grid moved in time, for music whose beats were found a little beside. */
export function movedBeats(beats: readonly Beat[], by: number): Beat[] {
  return beats.map((beat) => ({ ...beat, time: Math.max(0, beat.time + by) }));
}

function afterLast(group: readonly Beat[]): number {
  const [last, before] = [group.at(-1)?.time ?? 0, group.at(-2)?.time];
  return last + (before === undefined ? 0.5 : last - before);
}
