import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { barsPath, mixedBars, mixedPaths, showOutline } from './outlines';

describe('the pictures of a page of songs', () => {
  const asked: string[] = [];
  const DRAWN: Record<string, object> = { a: { bass: [1] }, b: { bass: [2] } };

  beforeEach(() => {
    vi.useFakeTimers();
    asked.length = 0;
    vi.stubGlobal('document', { baseURI: 'http://studio.test/' });
    vi.stubGlobal('fetch', (address: string) => {
      asked.push(address.replace(/.*\/api/, ''));
      const ids = new URLSearchParams(address.split('?')[1]).getAll('id');
      const together = Object.fromEntries(ids.filter((id) => id in DRAWN).map((id) => [id, DRAWN[id]]));
      return Promise.resolve(Response.json(ids.length > 0 ? together : { bass: [3] }));
    });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('are asked for together, and what is not drawn yet by itself; what flew past is not asked for', async () => {
    const shown: [string, unknown][] = [];
    const [, , , away] = ['a', 'b', 'new', 'past'].map((id) => showOutline(id, (outline) => shown.push([id, outline])));
    away?.();
    await vi.advanceTimersByTimeAsync(1000);

    expect(asked).toEqual(['/outlines?id=a&id=b&id=new', '/songs/new/outline']);
    expect(shown).toEqual([['a', { bass: [1] }], ['b', { bass: [2] }], ['new', { bass: [3] }]]);

    showOutline('a', (outline) => shown.push(['again', outline]));
    expect(shown.at(-1)).toEqual(['again', { bass: [1] }]);
    expect(asked).toHaveLength(2);
  });
});

describe('the small picture of a song', () => {
  it('shows in every place the stem that is loudest there', () => {
    const outline = { vocals: [0, 0, 100, 100], drums: [60, 60, 60, 60] };

    expect(mixedBars(outline, 2).map((bar) => bar.stem)).toEqual(['drums', 'vocals']);
  });

  it('draws the bars of one stem in one stroke', () => {
    const outline = { vocals: [0, 127, 127], drums: [127, 0, 0] };

    expect(mixedPaths(outline, 3, 48)).toEqual([
      { stem: 'drums', path: 'M16 8.0V40.0' },
      { stem: 'vocals', path: 'M24 8.0V40.0M32 8.0V40.0' },
    ]);
  });

  it('draws the loudest at full height and silence as a line', () => {
    expect(barsPath([127, 127, 0, 0], 2, 20, 10)).toBe('M5.0 0.0V10.0M15.0 4.8V5.2');
  });

  it('is flat while nothing is known', () => {
    expect(mixedBars({}, 3)).toEqual(Array(3).fill({ stem: 'original', level: 0.04 }));
    expect(barsPath([], 1, 10, 10)).toBe('M5.0 4.8V5.2');
  });
});
