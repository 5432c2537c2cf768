import { describe, expect, it } from 'vitest';
import { clockOffset, minutesUntil, mustJump, placeAt, readyMinutes, type StageState, type Turn } from './room';

const STAGE: StageState = { turnId: 't', isPlaying: true, position: 10, at: 100, tempo: 0.5, semitones: 0, guide: 0, volume: 1, lyricsSize: 1, lyricsOffset: 0, showsChords: false };

describe('the stage\'s clock', () => {
  it('moves at the tempo while playing and stands while not', () => {
    expect(placeAt(STAGE, 104)).toBe(12);
    expect(placeAt({ ...STAGE, isPlaying: false }, 104)).toBe(10);
    expect(placeAt(STAGE, 50)).toBe(0);
  });

  it('is learnt from the quickest answer', () => {
    const slow = { asked: 10, heard: 12, server: 520 };
    const quick = { asked: 20, heard: 20.02, server: 520.01 };

    expect(clockOffset([slow, quick])).toBeCloseTo(500);
    expect(clockOffset([])).toBe(0);
  });

  it('is followed by a jump only when the ear could tell', () => {
    expect([mustJump(10, 10.1), mustJump(10, 10.2), mustJump(10.2, 10)]).toEqual([false, true, true]);
  });
});

it('tells a singer at least a minute', () => {
  expect([5, 100, 400].map((waitSeconds) => minutesUntil({ waitSeconds } as Turn))).toEqual([1, 2, 7]);
});

it('says when a song will be ready as people do', () => {
  expect([{ least: 170, most: 230 }, { least: 5, most: 20 }, { least: 230, most: 232 }].map(readyMinutes)).toEqual(['3–4', '1', '4']);
});
