/** A FLAC file made by hand from the format's description: right headers and checksums, made-up residue. */
import type { Frame } from './flac';
import { storyteller } from './signals';

function checksum(bytes: readonly number[], polynomial: number, bits: number): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << (bits - 8);
    for (let bit = 0; bit < 8; bit++) crc = crc & (1 << (bits - 1)) ? (crc << 1) ^ polynomial : crc << 1;
    crc &= (1 << bits) - 1;
  }
  return crc;
}

function frame(number: number, story: () => number): number[] {
  const head = [0xff, 0xf8, 0xc9, 0x18, number];
  head.push(checksum(head, 0x07, 8));
  const length = 200 + Math.floor(story() * 6000);
  const body = Array.from({ length }, () => Math.floor(story() * 256));
  // Bytes that start like a frame of their own, right down to the header's checksum.
  const lookalike = [0xff, 0xf8, 0xc9, 0x18, Math.min(127, number + 1)];
  body.splice(50, 0, ...lookalike, checksum(lookalike, 0x07, 8));
  const whole = [...head, ...body];
  const crc = checksum(whole, 0x8005, 16);
  return [...whole, crc >> 8, crc & 0xff];
}

export function flacOf(frames: number): Uint8Array {
  const story = storyteller(3);
  const info = new Uint8Array(42);
  info.set([0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34, 0x10, 0, 0x10, 0]);
  const packed = (44100n << 44n) | (1n << 41n) | (15n << 36n) | BigInt(frames * 4096);
  new DataView(info.buffer).setBigUint64(18, packed);
  return Uint8Array.from([...info, ...Array.from({ length: frames }, (_, number) => frame(number, story)).flat()]);
}

/** Pretends to decode: every sample is its own place in the song. */
export function reachesOf(frames: readonly Frame[]): Float32Array[] {
  const first = frames[0]?.sample ?? 0;
  const count = frames.reduce((sum, each) => sum + each.count, 0);
  const samples = Float32Array.from({ length: count }, (_, index) => first + index);
  return [samples, samples];
}
