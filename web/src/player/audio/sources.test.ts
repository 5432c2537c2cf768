import { describe, expect, it } from 'vitest';
import { framesIn, streamInfo } from './flac';
import { FlacSource, openStem, type ReadBytes } from './sources';
import { flacOf, reachesOf } from './flac.fixture';

const NEVER = async (): Promise<Float32Array[]> => {
  throw new Error('not decoded here');
};

describe('FLAC by byte ranges', () => {
  const file = flacOf(60);
  const readBytes: ReadBytes = async (from, to) => ({ bytes: file.slice(from, to), size: file.length });

  it('reads the facts of the stream', () => {
    expect(streamInfo(file)).toMatchObject({ sampleRate: 44100, channels: 2, blockSize: 4096, total: 60 * 4096 });
  });

  it('finds every frame, and is not taken in by bytes that look like one', () => {
    const frames = framesIn(file, streamInfo(file), true);

    expect(frames.map((frame) => frame.sample)).toEqual(Array.from({ length: 60 }, (_, index) => index * 4096));
  });

  it('finds only whole frames in a piece from the middle', () => {
    const frames = framesIn(file.slice(5000, 60000), streamInfo(file), false);

    const [first, last] = [frames[0], frames.at(-1)];
    expect(first && file[5000 + first.offset]).toBe(0xff);
    expect(last && 5000 + last.offset + last.length).toBeLessThanOrEqual(60000);
    expect(frames.length).toBeGreaterThan(3);
  });

  it('recovers from a cut just before bytes that look like a frame', () => {
    const cut = 42 + 20;

    const frames = framesIn(file.slice(cut), streamInfo(file), true);

    expect(frames[0]?.sample).toBe(4096);
    expect(frames).toHaveLength(59);
  });

  it('gives the decoder the frames that hold the wanted samples, and little more', async () => {
    let decoded: Uint8Array = new Uint8Array();
    const source = await openStem(readBytes, async (whole) => {
      decoded = new Uint8Array(whole);
      return reachesOf(framesIn(decoded, streamInfo(decoded), true));
    });

    const [left] = await source.read(40 * 4096 + 100, 3000);

    expect(source).toBeInstanceOf(FlacSource);
    expect([...left.slice(0, 3)]).toEqual([40 * 4096 + 100, 40 * 4096 + 101, 40 * 4096 + 102]);
    expect(left).toHaveLength(3000);
    expect(decoded.length).toBeLessThan(file.length);
  });

  it('pads with silence past the end, in memory that was used before as well', async () => {
    const source = await openStem(readBytes, async (whole) => {
      const bytes = new Uint8Array(whole);
      return reachesOf(framesIn(bytes, streamInfo(bytes), true));
    });

    const used = (count: number) => new Float32Array(count).fill(0.7);
    const [left, right] = await source.read(59 * 4096, 10000, undefined, used);

    expect(left).toHaveLength(10000);
    expect([left[4095], left[4096], right[9999]]).toEqual([60 * 4096 - 1, 0, 0]);
  });
});

describe('WAV by byte ranges', () => {
  it('reads 16-bit samples of both channels', async () => {
    const file = new Uint8Array(44 + 8);
    const view = new DataView(file.buffer);
    file.set(new TextEncoder().encode('RIFF....WAVEfmt '));
    view.setUint32(16, 16, true);
    view.setUint16(20, 1, true);
    view.setUint16(22, 2, true);
    view.setUint32(24, 44100, true);
    view.setUint16(34, 16, true);
    file.set(new TextEncoder().encode('data'), 36);
    view.setUint32(40, 8, true);
    [16384, -16384, 8192, -32768].forEach((sample, index) => view.setInt16(44 + 2 * index, sample, true));

    const source = await openStem(async (from, to) => ({ bytes: file.slice(from, to), size: file.length }), NEVER);
    const [left, right] = await source.read(0, 3);

    expect([source.total, ...left, ...right]).toEqual([2, 0.5, 0.25, 0, -0.5, -1, 0]);
  });

  it('says so when a file is neither', async () => {
    const nonsense: ReadBytes = async () => ({ bytes: new Uint8Array(100), size: 100 });

    await expect(openStem(nonsense, NEVER)).rejects.toThrow('neither FLAC nor WAV');
  });
});
