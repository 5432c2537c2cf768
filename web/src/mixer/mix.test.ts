import { describe, expect, it } from 'vitest';
import type { Bar } from './beats';
import { queryOf, sharedFrom } from './link';
import { flatMix, heardGain, isFlat, mixFrom, withSpeed, withStrip } from './mix';

const STEMS = ['vocals', 'drums', 'bass', 'other'];
const BARS: Bar[] = Array.from({ length: 40 }, (_, index) => ({ number: index + 1, start: 2 * index, end: 2 * index + 2, beats: [] }));

describe('what is heard', () => {
  it('is everything as recorded at first, the original aside', () => {
    const mix = flatMix([...STEMS, 'original']);

    expect(STEMS.map((stem) => heardGain(mix, stem))).toEqual([1, 1, 1, 1]);
    expect(heardGain(mix, 'original')).toBe(0);
    expect(isFlat(mix)).toBe(true);
  });

  it('is nothing of a muted stem, and nothing but the soloed ones', () => {
    const muted = withStrip(flatMix(STEMS), 'bass', { muted: true });
    const soloed = withStrip(withStrip(muted, 'drums', { soloed: true }), 'bass', { soloed: true });

    expect(heardGain(muted, 'bass')).toBe(0);
    expect(STEMS.map((stem) => heardGain(soloed, stem))).toEqual([0, 1, 0, 0]);
  });

  it('stays within limits', () => {
    const wild = withSpeed(withStrip(flatMix(STEMS), 'drums', { gain: 9, pan: -4 }), { tempo: 0.1, pitch: 40 });

    expect(wild).toMatchObject({ tempo: 0.5, pitch: 12, strips: { drums: { gain: 1.5, pan: -1 } } });
  });

  it('ignores stored nonsense and stems that are not there', () => {
    const mix = mixFrom({ strips: { drums: { gain: 'loud', muted: true }, tuba: { gain: 1 } }, tempo: NaN, pitch: 3 }, STEMS);

    expect(mix.strips).not.toHaveProperty('tuba');
    expect(mix).toMatchObject({ tempo: 1, pitch: 3, strips: { drums: { gain: 1, muted: true } } });
  });
});

describe('a link', () => {
  it('says bars 17 to 24, 80 %, no bass in few words', () => {
    const mix = withSpeed(withStrip(flatMix(STEMS), 'bass', { muted: true }), { tempo: 0.8 });

    expect(queryOf({ mix, loop: { from: 32, to: 48 }, start: 0 }, BARS)).toEqual({ bars: '17-24', tempo: '80', off: 'bass' });
  });

  it('brings the same mix back', () => {
    const mix = withSpeed(withStrip(withStrip(flatMix(STEMS), 'vocals', { gain: 0.4, pan: -0.5 }), 'drums', { soloed: true }), { pitch: -3 });
    const shared = { mix, loop: { from: 3.25, to: 7.5 }, start: 4.5 };

    const back = sharedFrom(new URLSearchParams(queryOf(shared, BARS)), STEMS, BARS);

    expect(back).toEqual(shared);
  });

  it('takes nonsense for nothing said', () => {
    const query = new URLSearchParams('bars=x&tempo=fast&off=tuba.<b>&level=drums:abc&loop=9-3&key=99');

    const { mix, loop } = sharedFrom(query, STEMS, BARS);

    expect(loop).toBeNull();
    expect(mix).toEqual(withSpeed(flatMix(STEMS), { pitch: 12 }));
  });
});
