/** Finds whole FLAC frames in any piece of a file, so that a few seconds can be decoded without the rest. */

export interface StreamInfo {
  sampleRate: number;
  channels: number;
  total: number;
  blockSize: number;
  /** First byte of audio. */
  audioStart: number;
  /** The STREAMINFO block as it stands in the file. */
  block: Uint8Array;
}

export interface Frame {
  offset: number;
  length: number;
  sample: number;
  count: number;
}

const STREAMINFO_LENGTH = 34;
const UTF8_LENGTHS: readonly [mask: number, lead: number, more: number][] = [
  [0x80, 0x00, 0],
  [0xe0, 0xc0, 1],
  [0xf0, 0xe0, 2],
  [0xf8, 0xf0, 3],
  [0xfc, 0xf8, 4],
  [0xfe, 0xfc, 5],
  [0xff, 0xfe, 6],
];

export function streamInfo(bytes: Uint8Array): StreamInfo {
  if (String.fromCharCode(...bytes.subarray(0, 4)) !== 'fLaC') throw new Error('This is not a FLAC file.');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const packed = view.getBigUint64(18);
  return {
    sampleRate: Number(packed >> 44n),
    channels: Number((packed >> 41n) & 7n) + 1,
    total: Number(packed & 0xfffffffffn),
    blockSize: view.getUint16(8),
    audioStart: endOfMetadata(view),
    block: bytes.slice(8, 8 + STREAMINFO_LENGTH),
  };
}

function endOfMetadata(view: DataView): number {
  for (let at = 4; at + 4 <= view.byteLength; ) {
    const head = view.getUint32(at);
    at += 4 + (head & 0xffffff);
    if (head >>> 31) return at;
  }
  throw new Error('The FLAC file has more metadata than we read.');
}

/**
 * The complete frames in a piece of a file, each proven by its own checksum.
 *
 * Bytes that merely look like a frame's start are common; a frame counts when the CRC over it and its footer is nought.
 */
export function framesIn(bytes: Uint8Array, info: StreamInfo, isEndOfFile: boolean): Frame[] {
  const starts = headersIn(bytes, info);
  const ends = [...starts.map((start) => start.offset), ...(isEndOfFile ? [bytes.length] : [])];
  const frames: Frame[] = [];
  for (let index = 0; index < starts.length; ) {
    const start = starts[index]!;
    const end = endOf(start.offset, bytes, ends.slice(index + 1));
    if (end !== undefined) frames.push({ ...start, length: end - start.offset });
    // Until a first frame is found, a start that nothing closes may be a lookalike inside a frame that was cut.
    else if (frames.length > 0) break;
    index = end === undefined ? index + 1 : Math.max(index + 1, ends.indexOf(end));
  }
  return frames;
}

function headersIn(bytes: Uint8Array, info: StreamInfo): Header[] {
  const headers: Header[] = [];
  for (let at = bytes.indexOf(0xff); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const header = headerAt(bytes, at, info);
    if (header) headers.push(header);
  }
  return headers;
}

/** The first of the possible ends at which the checksum comes out as nought. */
function endOf(start: number, bytes: Uint8Array, ends: readonly number[]): number | undefined {
  let crc = 0;
  let at = start;
  return ends.find((end) => {
    for (; at < end; at++) crc = withByte(crc, bytes[at]);
    return crc === 0;
  });
}

function withByte(crc: number, byte = 0): number {
  return ((crc << 8) & 0xffff) ^ (CRC16[(crc >> 8) ^ byte] ?? 0);
}

/** A file of its own, holding just these frames. */
export function fileOf(frames: Uint8Array, info: StreamInfo): ArrayBuffer {
  const file = new Uint8Array(8 + STREAMINFO_LENGTH + frames.length);
  file.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, STREAMINFO_LENGTH]);
  file.set(info.block, 8);
  // The length and the checksum of the whole do not hold for the part: nought means "unknown".
  const packed = file[8 + 13] ?? 0;
  file.fill(0, 8 + 13, 8 + STREAMINFO_LENGTH);
  file[8 + 13] = packed & 0xf0;
  file.set(frames, 8 + STREAMINFO_LENGTH);
  return file.buffer;
}

type Header = Omit<Frame, 'length'>;

function headerAt(bytes: Uint8Array, offset: number, info: StreamInfo): Header | null {
  if (bytes[offset] !== 0xff || ((bytes[offset + 1] ?? 0) & 0xfe) !== 0xf8) return null;
  const isVariable = ((bytes[offset + 1] ?? 0) & 1) === 1;
  const sizes = bytes[offset + 2] ?? 0;
  const number = utf8Number(bytes, offset + 4);
  if (!number || (sizes & 0x0f) === 0x0f || sizes >> 4 === 0) return null;
  const { count, extra } = blockSize(bytes, sizes >> 4, offset + 4 + number.length);
  const end = offset + 4 + number.length + extra + rateBytes(sizes & 0x0f);
  if (end >= bytes.length || crc8(bytes, offset, end) !== bytes[end]) return null;
  const sample = isVariable ? number.value : number.value * info.blockSize;
  return { offset, sample, count };
}

function utf8Number(bytes: Uint8Array, at: number): { value: number; length: number } | null {
  const first = bytes[at] ?? 0;
  const shape = UTF8_LENGTHS.find(([mask, lead]) => (first & mask) === lead);
  if (!shape) return null;
  const [mask, , more] = shape;
  let value = first & ~mask & 0xff;
  for (let index = 1; index <= more; index++) {
    const next = bytes[at + index] ?? 0;
    if ((next & 0xc0) !== 0x80) return null;
    value = value * 64 + (next & 0x3f);
  }
  return { value, length: 1 + more };
}

function blockSize(bytes: Uint8Array, code: number, at: number): { count: number; extra: number } {
  if (code === 1) return { count: 192, extra: 0 };
  if (code <= 5) return { count: 576 << (code - 2), extra: 0 };
  if (code === 6) return { count: (bytes[at] ?? 0) + 1, extra: 1 };
  if (code === 7) return { count: (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) + 1, extra: 2 };
  return { count: 256 << (code - 8), extra: 0 };
}

function rateBytes(code: number): number {
  if (code === 12) return 1;
  return code === 13 || code === 14 ? 2 : 0;
}

function crc8(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = CRC8[crc ^ (bytes[at] ?? 0)] ?? 0;
  return crc;
}

function table(polynomial: number, bits: number): Uint16Array {
  const top = 1 << (bits - 1);
  const mask = (1 << bits) - 1;
  return Uint16Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) crc = crc & top ? (crc << 1) ^ polynomial : crc << 1;
    return crc & mask;
  });
}

const CRC8 = table(0x07, 8);
const CRC16 = table(0x8005, 16);
