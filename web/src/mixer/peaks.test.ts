import { expect, it } from 'vitest';
import { columns, levelFor, type Peaks } from './peaks';

const fine = Float32Array.from({ length: 2000 }, (_, index) => (index === 1001 ? 0.9 : index % 2 ? 0.1 : -0.1));
const coarse = Float32Array.from({ length: 200 }, (_, index) => (index === 101 ? 0.9 : index % 2 ? 0.1 : -0.1));
const PEAKS: Peaks = {
  sampleRate: 1000,
  levels: [
    { samplesPerPeak: 10, pairs: fine },
    { samplesPerPeak: 100, pairs: coarse },
  ],
};

it('takes the coarsest level that still has a pair for every pixel', () => {
  expect(levelFor(PEAKS, 0.5)?.samplesPerPeak).toBe(100);
  expect(levelFor(PEAKS, 0.05)?.samplesPerPeak).toBe(10);
  expect(levelFor(PEAKS, 0.001)?.samplesPerPeak).toBe(10);
});

it('never loses a peak, however many samples share a pixel', () => {
  const drawn = columns(PEAKS, 0, 10, 7);

  expect(Math.max(...drawn)).toBeCloseTo(0.9);
  expect(Math.min(...drawn)).toBeCloseTo(-0.1);
});

it('draws nothing past the end', () => {
  expect([...columns(PEAKS, 20, 30, 3)]).toEqual([0, 0, 0, 0, 0, 0]);
});
