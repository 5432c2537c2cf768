import { describe, expect, it } from 'vitest';
import { flatMix, withSpeed, withStrip } from '../mixer/mix';
import { hasMoved, mixOf, placeAt, Step, transportFrom, transportOf } from './transport';

const SAID = { position: 12, playing: true, tempo: 0.5, pitch: -2, levels: { bass: 0.5 }, mutes: ['drums'] };
const NEWS = { type: 'metadata', at: 3_000_000, metadata: { title: 'A', transport: SAID } };
const TRANSPORT = transportFrom(NEWS)!;

describe('the transport', () => {
  it('is read from the news, and there is none where sound is sent', () => {
    expect(TRANSPORT).toEqual({ ...SAID, at: 3_000_000 });
    expect(transportFrom({ metadata: { title: 'A' } })).toBeNull();
    expect(transportFrom({ metadata: null })).toBeNull();
    expect(transportFrom({ metadata: { transport: { tempo: 9, mutes: [3, 'bass'] } } })).toMatchObject({ position: 0, tempo: 2, mutes: ['bass'], playing: false });
  });

  it('moves on with the server’s clock at the sharer’s tempo, and stands while nothing plays', () => {
    expect(placeAt(TRANSPORT, 5_000_000)).toBe(13);
    expect(placeAt({ ...TRANSPORT, playing: false }, 5_000_000)).toBe(12);
  });

  it('says what the sharer hears: a solo mutes the others for everybody', () => {
    const mix = withSpeed(withStrip(withStrip(flatMix(['vocals', 'bass']), 'bass', { soloed: true }), 'vocals', { gain: 0.8 }), { tempo: 0.9, pitch: 2 });
    expect(transportOf(mix, 4, true, 7)).toEqual({ position: 4, playing: true, tempo: 0.9, pitch: 2, levels: { vocals: 0.8, bass: 1 }, mutes: ['vocals'], at: 7 });
    expect(transportOf(null, -1, false, null)).toEqual({ position: 0, playing: false, tempo: 1, pitch: 0, levels: {}, mutes: [] });
  });

  it('is told at once when a hand moved something, and not for playing on', () => {
    const told = { place: 10, playing: true, mix: withSpeed(flatMix(['bass']), { tempo: 0.5 }), moment: 1000 };
    expect(hasMoved(told, { ...told, place: 10.25, moment: 1500 })).toBe(false);
    expect(hasMoved(told, { ...told, place: 10.5, moment: 1500 })).toBe(true);
    expect(hasMoved(told, { ...told, playing: false })).toBe(true);
    expect(hasMoved(told, { ...told, mix: { ...told.mix } })).toBe(true);
  });

  it('is mixed on the listener’s stems, whose own instrument stays silent', () => {
    const mix = mixOf(TRANSPORT, ['vocals', 'drums', 'bass'], new Set(['vocals']));
    expect([mix.tempo, mix.pitch]).toEqual([0.5, -2]);
    expect(mix.strips).toMatchObject({ vocals: { muted: true, gain: 1 }, drums: { muted: true }, bass: { muted: false, gain: 0.5 } });
  });
});

describe('keeping in step', () => {
  /** A player whose jumps come out late by `delay`, read five times a second. */
  function followed(delay: number, offset: number, step = new Step({ tolerance: 0.01, settling: 0.6 })): { beside: number; jumps: number } {
    let [beside, jumps] = [offset, 0];
    for (let now = 0; now < 20; now += 0.2) {
      const wanted = now;
      const noise = 0.004 * Math.sin(now * 91);
      const to = step.check(wanted + beside + noise, wanted, now);
      if (to === null) continue;
      beside = to - wanted - delay;
      jumps++;
    }
    return { beside, jumps };
  }

  it('leaves a player alone that is near enough', () => {
    expect(followed(0, 0.005)).toEqual({ beside: 0.005, jumps: 0 });
  });

  it('learns how late its jumps come out, and ends within its tolerance', () => {
    for (const delay of [0, 0.03, 0.2]) {
      const { beside, jumps } = followed(delay, 3);
      expect(Math.abs(beside)).toBeLessThan(0.012);
      expect(jumps).toBeLessThanOrEqual(3);
    }
  });

  it('jumps at once when it is far off, and not again before that jump is heard', () => {
    const step = new Step({ tolerance: 0.01, settling: 0.6 });
    expect(step.check(5, 9, 0)).toBe(9);
    expect(step.check(5, 9.2, 0.2)).toBeNull();
  });
});
