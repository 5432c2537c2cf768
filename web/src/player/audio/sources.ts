/** Reads any part of a stem by byte ranges, exact to the sample, from FLAC or WAV. */
import { fileOf, framesIn, streamInfo, type Frame, type StreamInfo } from './flac';
import { pcmOf, wavLayout, type WavLayout } from './wav';

/** A piece of a file, and how long the whole file is. `to` is the first byte not wanted. */
export type ReadBytes = (from: number, to: number, signal?: AbortSignal) => Promise<{ bytes: Uint8Array; size: number }>;

/** The browser's own decoder: a small file in, channels out. */
export type Decode = (file: ArrayBuffer) => Promise<Float32Array[]>;

export interface StemSource {
  readonly total: number;
  readonly sampleRate: number;
  /** Left and right; a mono stem gives the same twice. Exactly `count` samples, silence past the end. */
  read(from: number, count: number, signal?: AbortSignal, room?: Room): Promise<[Float32Array, Float32Array]>;
}

/** Gives memory for so many samples; what stands in it does not matter. */
export type Room = (count: number) => Float32Array;
const fresh: Room = (count) => new Float32Array(count);

const HEAD = 65536;
const PROBE = 65536;
const MOST_PROBES = 24;

export async function openStem(readBytes: ReadBytes, decode: Decode, signal?: AbortSignal): Promise<StemSource> {
  const { bytes, size } = await readBytes(0, HEAD, signal);
  const kind = String.fromCharCode(...bytes.subarray(0, 4));
  if (kind === 'fLaC') return new FlacSource(streamInfo(bytes), size, readBytes, decode);
  if (kind === 'RIFF') return new WavSource(wavLayout(bytes, size), readBytes);
  throw new Error('This stem is neither FLAC nor WAV.');
}

interface Anchor {
  sample: number;
  byte: number;
}

export class FlacSource implements StemSource {
  /** Places where both the sample and the byte are known, in order. Every read adds some. */
  private readonly anchors: Anchor[];

  constructor(
    private readonly info: StreamInfo,
    private readonly size: number,
    private readonly readBytes: ReadBytes,
    private readonly decode: Decode,
  ) {
    this.anchors = [
      { sample: 0, byte: info.audioStart },
      { sample: info.total, byte: size },
    ];
  }

  get total(): number {
    return this.info.total;
  }

  get sampleRate(): number {
    return this.info.sampleRate;
  }

  async read(from: number, count: number, signal?: AbortSignal, room = fresh): Promise<[Float32Array, Float32Array]> {
    const end = Math.min(from + count, this.total);
    if (from >= end) return stereo([], 0, 0, count, room);
    const start = await this.anchorBefore(from, signal);
    const bytes = await this.bytesUpTo(start, end, signal);
    const channels = await this.decode(fileOf(bytes, this.info));
    return stereo(channels, from - start.sample, end - from, count, room);
  }

  /** The nearest frame at or before a sample; where none is known near enough, look for one by guessing its byte. */
  private async anchorBefore(sample: number, signal?: AbortSignal): Promise<Anchor> {
    for (let probe = 0; probe < MOST_PROBES; probe++) {
      const { low, high } = this.around(sample);
      if (sample - low.sample < 4 * this.info.blockSize || high.byte - low.byte <= PROBE) return low;
      const share = (sample - low.sample) / (high.sample - low.sample);
      const guess = Math.floor(low.byte + share * (high.byte - low.byte)) - PROBE / 2;
      await this.framesFrom(Math.min(Math.max(low.byte, guess), high.byte - PROBE), PROBE, signal);
    }
    return this.around(sample).low;
  }

  private around(sample: number): { low: Anchor; high: Anchor } {
    const after = this.anchors.findIndex((anchor) => anchor.sample > sample);
    const high = this.anchors[after < 0 ? this.anchors.length - 1 : after];
    const low = this.anchors[(after < 0 ? this.anchors.length : after) - 1];
    if (!low || !high) throw new Error('No such place in this stem.');
    return { low, high };
  }

  private async bytesUpTo(start: Anchor, end: number, signal?: AbortSignal): Promise<Uint8Array> {
    const perSample = (this.size - this.info.audioStart) / this.total;
    const pieces: Uint8Array[] = [];
    for (let at = start; at.sample < end && at.byte < this.size; ) {
      const length = Math.ceil((end - at.sample) * perSample * 1.2) + PROBE;
      const { frames, bytes } = await this.framesFrom(at.byte, length, signal);
      const last = frames.at(-1);
      if (!last) throw new Error('This stem is damaged: no audio could be found where it should be.');
      pieces.push(bytes.subarray(0, last.offset + last.length));
      at = { sample: last.sample + last.count, byte: at.byte + last.offset + last.length };
    }
    return joined(pieces);
  }

  private async framesFrom(from: number, length: number, signal?: AbortSignal): Promise<{ frames: Frame[]; bytes: Uint8Array }> {
    const to = Math.min(from + length, this.size);
    const { bytes } = await this.readBytes(from, to, signal);
    const frames = framesIn(bytes, this.info, to === this.size);
    for (const frame of frames) this.remember({ sample: frame.sample, byte: from + frame.offset });
    return { frames, bytes };
  }

  private remember(anchor: Anchor): void {
    const place = this.anchors.findIndex((known) => known.sample >= anchor.sample);
    if (this.anchors[place]?.sample !== anchor.sample) this.anchors.splice(place, 0, anchor);
  }
}

export class WavSource implements StemSource {
  constructor(
    private readonly layout: WavLayout,
    private readonly readBytes: ReadBytes,
  ) {}

  get total(): number {
    return this.layout.total;
  }

  get sampleRate(): number {
    return this.layout.sampleRate;
  }

  async read(from: number, count: number, signal?: AbortSignal, room = fresh): Promise<[Float32Array, Float32Array]> {
    const { dataStart, frameBytes, total } = this.layout;
    const end = Math.min(from + count, total);
    if (from >= end) return stereo([], 0, 0, count, room);
    const { bytes } = await this.readBytes(dataStart + from * frameBytes, dataStart + end * frameBytes, signal);
    return stereo(pcmOf(bytes, this.layout), 0, end - from, count, room);
  }
}

/** The server, or the network to it, is not there just now. */
export class UnreachableError extends Error {}

/** Byte ranges over HTTP. A server that ignores ranges answers everything, from which the piece is cut. */
export function overHttp(address: string): ReadBytes {
  return async (from, to, signal) => {
    const { answer, bytes } = await fetched(address, { Range: `bytes=${from}-${to - 1}` }, signal);
    if (answer.status === 200) return { bytes: bytes.subarray(from, to), size: bytes.length };
    return { bytes, size: Number(answer.headers.get('Content-Range')?.split('/')[1]) };
  };
}

async function fetched(address: string, headers: HeadersInit, signal?: AbortSignal): Promise<{ answer: Response; bytes: Uint8Array }> {
  try {
    const answer = await fetch(address, { headers, signal: signal ?? null, credentials: 'same-origin' });
    if (answer.status >= 500) throw new UnreachableError(`The server answered ${answer.status} for this stem.`);
    if (!answer.ok) throw new Error(`The server answered ${answer.status} for this stem.`);
    return { answer, bytes: new Uint8Array(await answer.arrayBuffer()) };
  } catch (reason) {
    throw reason instanceof TypeError ? new UnreachableError('The server could not be reached.', { cause: reason }) : reason;
  }
}

function stereo(channels: readonly Float32Array[], skip: number, there: number, count: number, room: Room): [Float32Array, Float32Array] {
  const left = channels[0] ?? new Float32Array();
  const right = channels[1] ?? left;
  return [padded(left.subarray(skip, skip + there), room(count)), padded(right.subarray(skip, skip + there), room(count))];
}

function padded(samples: Float32Array, whole: Float32Array): Float32Array {
  whole.set(samples);
  return whole.fill(0, samples.length);
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
