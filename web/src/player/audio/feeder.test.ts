import { describe, expect, it, vi } from 'vitest';
import { Feeder, rowsAhead, type FeederEvents } from './feeder';
import type { StemSource } from './sources';
import { ROW } from './window';

const TOTAL = 100 * ROW;

function source(fails = false): StemSource {
  return {
    total: TOTAL,
    sampleRate: 44100,
    read: async (_from, count) => {
      if (fails) throw new Error('damaged');
      return [new Float32Array(count), new Float32Array(count)];
    },
  };
}

function memory(): FeederEvents & { rows: Set<string>; broken: number[]; most: number } {
  const rows = new Set<string>();
  const it = {
    rows,
    broken: [] as number[],
    most: 0,
    row: (row: number, stem: number) => {
      rows.add(`${row}/${stem}`);
      it.most = Math.max(it.most, rows.size);
    },
    drop: (dropped: number[]) => [...rows].filter((key) => dropped.includes(Number(key.split('/')[0]))).forEach((key) => rows.delete(key)),
    failed: (stem: number) => void it.broken.push(stem),
    room: (count: number) => new Float32Array(count),
  };
  return it;
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 40));
}

describe('what is fetched', () => {
  it('is what will be heard next, in order', () => {
    expect(rowsAhead(10.5 * ROW, null, TOTAL)).toEqual([10, 11, 12, 13, 14]);
  });

  it('goes round a short loop and no further', () => {
    expect(rowsAhead(10.5 * ROW, { from: 10.2 * ROW, to: 11.5 * ROW }, TOTAL)).toEqual([10, 11]);
  });

  it('has the start of a far loop ready before its end', () => {
    expect(rowsAhead(20.5 * ROW, { from: 5 * ROW, to: 21.5 * ROW }, TOTAL).slice(0, 4)).toEqual([20, 21, 4, 5]);
  });

  it('ends with the song', () => {
    expect(rowsAhead(98.5 * ROW, null, TOTAL)).toEqual([98, 99]);
  });
});

describe('what is kept', () => {
  it('never passes six rows a stem, wherever one jumps', async () => {
    const held = memory();
    const feeder = new Feeder([source(), source()], TOTAL, held, 0);

    for (const place of [0, 50, 3, 99, 20, 21, 22, 60]) {
      feeder.follow(place * ROW, null);
      await settle();
    }

    expect(held.most).toBeLessThanOrEqual(2 * 7);
    expect(held.rows.has('60/0') && held.rows.has('60/1')).toBe(true);
    expect(held.rows.has('0/0')).toBe(false);
  });

  it('has the first rows at once and the rest in their time', async () => {
    vi.useFakeTimers();
    const held = memory();
    const feeder = new Feeder([source()], TOTAL, held);

    feeder.follow(10 * ROW, null);
    await vi.advanceTimersByTimeAsync(0);
    expect(held.rows.size).toBe(2);
    await vi.advanceTimersByTimeAsync(300);
    expect(held.rows.size).toBe(3);
    feeder.follow(10 * ROW, { from: 10 * ROW, to: 15 * ROW });
    await vi.advanceTimersByTimeAsync(0);
    expect(held.rows.has('14/0')).toBe(true);
    feeder.follow(40 * ROW, null);
    feeder.close();
    await vi.advanceTimersByTimeAsync(3000);
    expect(held.rows.has('44/0')).toBe(false);
    vi.useRealTimers();
  });

  it('goes on without a stem that cannot be decoded, and says which', async () => {
    const held = memory();
    const feeder = new Feeder([source(), source(true)], TOTAL, held, 0);

    feeder.follow(0, null);
    await settle();

    expect(held.broken).toEqual([1]);
    expect(held.rows.has('3/0')).toBe(true);
  });
});
