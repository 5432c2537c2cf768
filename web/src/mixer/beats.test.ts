import { describe, expect, it } from 'vitest';
import { barsInSpan, barsOf, drawnSpan, movedBeats, spanOfBars, steppedBy, tappedTempo, ticksOf, type Beat } from './beats';

/** 120 beats a minute in four, after an upbeat of one. */
const BEATS: Beat[] = Array.from({ length: 17 }, (_, index) => ({ time: 0.5 + 0.5 * index, isDown: index % 4 === 1 }));
const BARS = barsOf(BEATS, 20);

describe('bars', () => {
  it('are counted from the first one, the upbeat being bar 0', () => {
    expect(BARS.map((bar) => [bar.number, bar.start, bar.end])).toEqual([[0, 0.5, 1], [1, 1, 3], [2, 3, 5], [3, 5, 7], [4, 7, 9]]);
  });

  it('make a span and are found in it again', () => {
    const span = spanOfBars(BARS, 2, 3);

    expect(span).toEqual({ from: 3, to: 7 });
    expect(span && barsInSpan(BARS, span)).toEqual({ first: 2, last: 3 });
    expect(barsInSpan(BARS, { from: 3.2, to: 7 })).toBeNull();
  });

  it('are what the arrow keys step by, back to the start of this one first', () => {
    expect([steppedBy(BARS, 3.1, 1), steppedBy(BARS, 4.5, -1), steppedBy(BARS, 3.1, -1)]).toEqual([5, 3, 1]);
  });
});

describe('drawing a loop', () => {
  it('snaps both ends to beats, whichever way it was drawn', () => {
    expect(drawnSpan(5.1, 2.9, BEATS, true)).toEqual({ from: 3, to: 5 });
    expect(drawnSpan(5.1, 2.9, BEATS, false)).toEqual({ from: 2.9, to: 5.1 });
  });

  it('is no loop when it holds nothing', () => {
    expect(drawnSpan(3.01, 3.05, BEATS, true)).toBeNull();
  });
});

describe('the metronome', () => {
  it('accents the one, and can go at half and double pace', () => {
    const places = (pulse: 'half' | 'whole' | 'double'): number[] => ticksOf(BEATS.slice(1, 6), pulse, 10).map((tick) => tick.at);

    expect(places('whole')).toEqual([10, 15, 20, 25, 30]);
    expect(places('half')).toEqual([10, 20, 30]);
    expect(places('double')).toEqual([10, 13, 15, 18, 20, 23, 25, 28, 30]);
    expect(ticksOf(BEATS.slice(1, 6), 'whole', 10).map((tick) => tick.accent)).toEqual([true, false, false, false, true]);
  });

  it('can be moved with the grid', () => {
    expect(movedBeats(BEATS, -0.6).slice(0, 2).map((beat) => beat.time)).toEqual([0, 0.4]);
  });
});

describe('tempo', () => {
  it('is tapped, a long pause beginning anew', () => {
    expect(tappedTempo([0, 100, 5000, 5500, 6000, 6500])).toBeCloseTo(120);
    expect(tappedTempo([0, 500])).toBeNull();
  });
});
