/** Where the samples of a WAV file lie, and how to read them. */

export interface WavLayout {
  sampleRate: number;
  channels: number;
  bits: number;
  isFloat: boolean;
  dataStart: number;
  frameBytes: number;
  total: number;
}

const FLOAT = 3;

export function wavLayout(head: Uint8Array, size: number): WavLayout {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  let format: Omit<WavLayout, 'dataStart' | 'total'> | null = null;
  for (let at = 12; at + 8 <= head.length; ) {
    const name = String.fromCharCode(...head.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    if (name === 'fmt ') format = formatAt(view, at + 8);
    if (name === 'data' && format) {
      const there = Math.min(length, size - at - 8);
      return { ...format, dataStart: at + 8, total: Math.floor(there / format.frameBytes) };
    }
    at += 8 + length + (length % 2);
  }
  throw new Error('The WAV file has no audio in it.');
}

function formatAt(view: DataView, at: number): Omit<WavLayout, 'dataStart' | 'total'> {
  const channels = view.getUint16(at + 2, true);
  const bits = view.getUint16(at + 14, true);
  const isFloat = view.getUint16(at, true) === FLOAT;
  return { sampleRate: view.getUint32(at + 4, true), channels, bits, isFloat, frameBytes: (channels * bits) / 8 };
}

export function pcmOf(bytes: Uint8Array, { channels, bits, isFloat, frameBytes }: WavLayout): Float32Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sample = reader(view, bits, isFloat);
  const frames = Math.floor(bytes.length / frameBytes);
  return Array.from({ length: channels }, (_, channel) => {
    const samples = new Float32Array(frames);
    for (let frame = 0; frame < frames; frame++) samples[frame] = sample(frame * frameBytes + (channel * bits) / 8);
    return samples;
  });
}

function reader(view: DataView, bits: number, isFloat: boolean): (at: number) => number {
  if (isFloat && bits === 32) return (at) => view.getFloat32(at, true);
  if (bits === 16) return (at) => view.getInt16(at, true) / 32768;
  if (bits === 24) return (at) => (view.getUint16(at, true) + view.getInt8(at + 2) * 65536) / 8388608;
  if (bits === 32) return (at) => view.getInt32(at, true) / 2147483648;
  throw new Error(`WAV with ${bits} bits is not played here.`);
}
