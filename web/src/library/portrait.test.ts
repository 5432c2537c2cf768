import { describe, expect, it } from 'vitest';
import { curvePath, tempoCurve, wavePath } from './portrait';

const steady = (bpm: number, count: number, from = 0) => Array.from({ length: count }, (_, place) => ({ time: from + (place * 60) / bpm, isDown: place % 4 === 0 }));

describe('the tempo curve', () => {
  it('is flat where the band is', () => {
    const curve = tempoCurve(steady(104, 60));

    expect(curve?.low).toBeCloseTo(104);
    expect(curve?.high).toBeCloseTo(104);
    expect(new Set(curvePath(curve!, 40, 600, 48).match(/ [\d.]+/g))).toEqual(new Set([' 24.0']));
  });

  it('rises where the band hurries', () => {
    const slow = steady(90, 40);
    const fast = steady(120, 40, (slow.at(-1)?.time ?? 0) + 0.5);

    const curve = tempoCurve([...slow, ...fast]);

    expect([curve?.low, curve?.high].map((bpm) => Math.round(bpm ?? 0))).toEqual([90, 120]);
    expect(curve?.points[0]?.bpm).toBeCloseTo(90);
  });

  it('is not drawn from a handful of beats', () => {
    expect(tempoCurve(steady(100, 9))).toBeNull();
  });
});

describe('the small waveform', () => {
  it('is tall where the music is loud', () => {
    const pairs = Float32Array.from({ length: 200 }, (_, index) => (index < 100 ? 0 : index % 2 ? 1 : -1));
    const peaks = { sampleRate: 100, levels: [{ samplesPerPeak: 1, pairs }] };

    const heights = [...wavePath(peaks, 1, 30, 100).matchAll(/h2v([\d.]+)/g)].map(([, height]) => Number(height));

    expect(heights).toEqual([2, 2, 2, 2, 2, 100, 100, 100, 100, 100]);
  });
});
