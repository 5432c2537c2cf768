import { describe, expect, it } from 'vitest';
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
  };
  return it;
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 5));
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
    const feeder = new Feeder([source(), source()], TOTAL, held);

    for (const place of [0, 50, 3, 99, 20, 21, 22, 60]) {
      feeder.follow(place * ROW, null);
      await settle();
    }

    expect(held.most).toBeLessThanOrEqual(2 * 7);
    expect(held.rows.has('60/0') && held.rows.has('60/1')).toBe(true);
    expect(held.rows.has('0/0')).toBe(false);
  });

  it('goes on without a stem that cannot be decoded, and says which', async () => {
    const held = memory();
    const feeder = new Feeder([source(), source(true)], TOTAL, held);

    feeder.follow(0, null);
    await settle();

    expect(held.broken).toEqual([1]);
    expect(held.rows.has('3/0')).toBe(true);
  });
});
