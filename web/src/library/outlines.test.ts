import { describe, expect, it } from 'vitest';
import { barsPath, mixedBars } from './outlines';

describe('the small picture of a song', () => {
  it('shows in every place the stem that is loudest there', () => {
    const outline = { vocals: [0, 0, 100, 100], drums: [60, 60, 60, 60] };

    expect(mixedBars(outline, 2).map((bar) => bar.stem)).toEqual(['drums', 'vocals']);
  });

  it('draws the loudest at full height and silence as a line', () => {
    expect(barsPath([127, 127, 0, 0], 2, 20, 10)).toBe('M5.0 0.0V10.0M15.0 4.8V5.2');
  });

  it('is flat while nothing is known', () => {
    expect(mixedBars({}, 3)).toEqual(Array(3).fill({ stem: 'original', level: 0.04 }));
    expect(barsPath([], 1, 10, 10)).toBe('M5.0 4.8V5.2');
  });
});
