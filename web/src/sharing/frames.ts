/** The binary frame of live sessions, as docs/sharing.md describes it: 40 bytes of header, then the sound. */

export const HEADER_BYTES = 40;
export const VERSION = 1;
export const FLOAT32 = 0;
const GAP = 1;

export interface Frame {
  /** Chunks before this one are lost to us: the server moved us to the live edge. */
  isAfterGap: boolean;
  channels: number;
  sampleRate: number;
  epoch: number;
  sequence: number;
  /** When the server sent it, by its own clock, in microseconds. */
  serverTime: number;
  /** When the sharer played its first sample, by the sharer's clock, in milliseconds. */
  sharedAt: number;
  /** Left, right, left, right… */
  samples: Float32Array<ArrayBuffer>;
}

export class BadFrameError extends Error {}

/** Read a frame with plain sound; throws BadFrameError for anything else. */
export function frameFrom(data: ArrayBuffer): Frame {
  const view = new DataView(data);
  if (data.byteLength <= HEADER_BYTES || view.getUint8(0) !== VERSION) throw new BadFrameError('not a frame of version 1');
  if (view.getUint8(1) !== FLOAT32) throw new BadFrameError('not plain sound');
  const channels = view.getUint8(3);
  if (channels < 1 || channels > 2 || (data.byteLength - HEADER_BYTES) % (4 * channels)) throw new BadFrameError('not whole samples');
  const word = (at: number): number => Number(view.getBigUint64(at, true));
  return {
    isAfterGap: (view.getUint8(2) & GAP) !== 0,
    channels,
    sampleRate: view.getUint32(4, true),
    epoch: word(8),
    sequence: word(16),
    serverTime: word(24),
    sharedAt: word(32),
    samples: new Float32Array(data.slice(HEADER_BYTES)),
  };
}

/** Write a frame, as a sharer sends it. */
export function bytesOf(frame: Pick<Frame, 'channels' | 'sampleRate' | 'sequence' | 'sharedAt' | 'samples'>): ArrayBuffer {
  const bytes = new ArrayBuffer(HEADER_BYTES + frame.samples.byteLength);
  const view = new DataView(bytes);
  view.setUint8(0, VERSION);
  view.setUint8(1, FLOAT32);
  view.setUint8(3, frame.channels);
  view.setUint32(4, frame.sampleRate, true);
  view.setBigUint64(16, BigInt(frame.sequence), true);
  view.setBigUint64(32, BigInt(Math.round(frame.sharedAt)), true);
  new Float32Array(bytes, HEADER_BYTES).set(frame.samples);
  return bytes;
}

export function secondsOf(frame: Frame): number {
  return frame.samples.length / frame.channels / frame.sampleRate;
}

/** Every channel by itself, as the browser's audio buffers want it. */
export function channelsOf(frame: Frame): Float32Array<ArrayBuffer>[] {
  const count = frame.samples.length / frame.channels;
  return Array.from({ length: frame.channels }, (_, channel) =>
    Float32Array.from({ length: count }, (_, place) => frame.samples[place * frame.channels + channel] ?? 0),
  );
}
