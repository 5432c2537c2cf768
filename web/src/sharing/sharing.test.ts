import { describe, expect, it } from 'vitest';
import { BadFrameError, bytesOf, channelsOf, frameFrom, HEADER_BYTES, type Frame } from './frames';
import { BUFFER, Pacing, ServerClock } from './pacing';
import { linesOf, placeOf, saidFrom } from './playing';

const HALF_SECOND = new Float32Array(2 * 22050);

function chunk(sequence: number, change: Partial<Frame> = {}): Frame {
  return { isAfterGap: false, channels: 2, sampleRate: 44100, epoch: 5, sequence, serverTime: 0, sharedAt: sequence * 500, samples: HALF_SECOND, ...change };
}

describe('frames', () => {
  it('reads back what it wrote', () => {
    const samples = Float32Array.of(0.5, -0.5, 0.25, -0.25);
    const frame = frameFrom(bytesOf({ channels: 2, sampleRate: 48000, sequence: 7, sharedAt: 1_763_700_000_000, samples }));
    expect(frame).toMatchObject({ channels: 2, sampleRate: 48000, sequence: 7, sharedAt: 1_763_700_000_000, isAfterGap: false });
    expect(channelsOf(frame)).toEqual([Float32Array.of(0.5, 0.25), Float32Array.of(-0.5, -0.25)]);
  });

  it('reads the bytes the server packs', () => {
    // HEADER.pack(1, 0, 1, 1, 44100, 3, 9, 11, 5) + pack("<f", 1.0)
    const bytes = Uint8Array.from([
      1, 0, 1, 1, 0x44, 0xac, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f,
    ]);
    const expected: Frame = { isAfterGap: true, channels: 1, sampleRate: 44100, epoch: 3, sequence: 9, serverTime: 11, sharedAt: 5, samples: Float32Array.of(1) };
    expect(frameFrom(bytes.buffer)).toEqual(expected);
  });

  it('refuses what is no frame of plain sound', () => {
    const opus = bytesOf(chunk(1));
    new DataView(opus).setUint8(1, 1);
    for (const bytes of [new ArrayBuffer(3), new ArrayBuffer(HEADER_BYTES), opus, bytesOf(chunk(1)).slice(0, HEADER_BYTES + 5)]) {
      expect(() => frameFrom(bytes)).toThrow(BadFrameError);
    }
  });
});

describe('pacing', () => {
  it('starts a second behind and joins chunk to chunk, however unevenly they come', () => {
    const pacing = new Pacing();
    expect(pacing.place(chunk(0), 10)).toBe(10 + BUFFER);
    expect(pacing.place(chunk(1), 10.9)).toBe(11.5);
    expect(pacing.place(chunk(2), 11)).toBe(12);
    expect(pacing.breaks).toBe(0);
  });

  it('plays nothing twice and nothing of a former life', () => {
    const pacing = new Pacing();
    pacing.place(chunk(4), 0);
    expect(pacing.place(chunk(4), 0)).toBeNull();
    expect(pacing.place(chunk(3), 0)).toBeNull();
    expect(pacing.place(chunk(9, { epoch: 4 }), 0)).toBeNull();
  });

  it('keeps a small hole as silence, so that what follows stays in step', () => {
    const pacing = new Pacing();
    pacing.place(chunk(0), 0);
    expect(pacing.place(chunk(2), 0.1)).toBe(2);
  });

  it('begins anew after a long hole, a gap, running dry, and a new life', () => {
    const pacing = new Pacing();
    pacing.place(chunk(0), 0);
    expect(pacing.place(chunk(50), 3)).toBe(4);
    expect(pacing.place(chunk(51, { isAfterGap: true }), 10)).toBe(11);
    expect(pacing.place(chunk(52), 20)).toBe(21);
    expect(pacing.place(chunk(0, { epoch: 6 }), 30)).toBe(31);
    expect(pacing.breaks).toBe(4);
  });

  it('never lets two chunks sound at once', () => {
    const pacing = new Pacing();
    pacing.place(chunk(0), 0);
    pacing.place(chunk(1), 0);
    expect(pacing.place(chunk(2, { isAfterGap: true }), 0.1)).toBe(2);
  });

  it('knows the sharer’s clock of what is heard', () => {
    const pacing = new Pacing();
    pacing.place(chunk(0, { sharedAt: 5000 }), 0);
    expect(pacing.sharedTime(0.5)).toBeNull();
    expect(pacing.sharedTime(1.25)).toBeCloseTo(5250);
    expect(pacing.sharedTime(9)).toBeNull();
  });

  it('learns the server’s clock from the quickest answer', () => {
    const clock = new ServerClock();
    expect(clock.age(0, 5e6)).toBe(0);
    clock.answered(0, 900_000, 1_000_000, 1_000_000);
    clock.answered(2_000_000, 2_020_000, 3_010_000, 3_010_000);
    expect(clock.delay).toBeCloseTo(0.01);
    expect(clock.age(3_500_000, 3_000_000)).toBeCloseTo(0.5);
  });
});

describe('what plays', () => {
  it('takes what is missing as not said', () => {
    expect(saidFrom(null)).toBeNull();
    expect(saidFrom({ title: 'A', artist: null, elapsedSeconds: 3 })).toEqual({ title: 'A', artist: '', lyrics: '', elapsed: 3, total: 0, paused: false, timestamp: 0 });
  });

  it('keeps to the sound, else to the time since it was said, and stands while paused', () => {
    const said = saidFrom({ elapsedSeconds: 40, totalSeconds: 41, timestamp: 100_000 })!;
    expect(placeOf(said, 99_000, 5)).toBe(39);
    expect(placeOf(said, null, 0.5)).toBe(40.5);
    expect(placeOf(said, null, 60)).toBe(41);
    expect(placeOf({ ...said, paused: true }, 99_000, 5)).toBe(40);
  });

  it('reads LRC: several stamps, words’ stamps, an offset, pauses; and no untimed text', () => {
    const lines = linesOf('[ti:X]\n[offset:+500]\n[00:10.50][00:20.5]Again\n[00:12.00]\n[00:15]<00:15>Three <00:16>words');
    expect(lines.map(({ text, start, end }) => [text, start, end])).toEqual([
      ['Again', 10, 11.5],
      ['Three words', 14.5, 20],
      ['Again', 20, 28],
    ]);
    expect(linesOf('Only\ntext')).toEqual([]);
  });
});
