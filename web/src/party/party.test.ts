import { describe, expect, it } from 'vitest';
import type { Room } from '../api/party';
import { LiveRoom, minutesOf } from './room.svelte';

const room = (version: number, serverTime = Date.now() / 1000): Room => ({
  code: 'ABCDE',
  name: 'Friday',
  isOpen: true,
  isPaused: false,
  version,
  serverTime,
  onStage: null,
  queue: [],
  singers: [],
  stage: {
    turnId: '',
    isPlaying: true,
    position: 10,
    at: serverTime,
    tempo: 1.5,
    semitones: 0,
    guide: 0,
    volume: 1,
    lyricsSize: 1,
    lyricsOffset: 0,
  },
  history: [],
});

describe('a live room', () => {
  it('is never set back by an answer that was overtaken', () => {
    const live = new LiveRoom('ABCDE');
    live.take(room(3));
    live.take(room(2));
    expect(live.room?.version).toBe(3);
  });

  it('tells the position by the server’s clock, whatever this one says', () => {
    const live = new LiveRoom('ABCDE');
    const now = Date.now() / 1000;
    live.take(room(1, now + 500));
    expect(live.position(now + 2)).toBeCloseTo(13, 1);
  });

  it('says waits in whole minutes', () => {
    expect([10, 45, 220].map(minutesOf)).toEqual([0, 1, 4]);
  });
});
