/** The part of a song that is in memory: rows of samples around the playhead, every stem of a row side by side. */

/** Samples per row and channel: three seconds at 44.1 kHz, half a megabyte. */
export const ROW = 131072;

type Row = (Float32Array | undefined)[];

export class SampleWindow {
  private readonly rows = new Map<number, Row>();
  private readonly silent = new Set<number>();

  constructor(
    readonly stems: number,
    readonly total: number,
  ) {}

  put(row: number, stem: number, left: Float32Array, right: Float32Array): void {
    const channels: Row = this.rows.get(row) ?? new Array<Float32Array | undefined>(2 * this.stems);
    channels[2 * stem] = left;
    channels[2 * stem + 1] = right;
    this.rows.set(row, channels);
  }

  /** A stem that cannot be decoded is silent for good, so that it does not hold up the others. */
  silence(stem: number): void {
    this.silent.add(stem);
  }

  /** Forget rows, and answer their memory so that it can be used again. */
  drop(rows: readonly number[]): Float32Array[] {
    const freed: Float32Array[] = [];
    for (const row of rows) {
      for (const channel of this.rows.get(row) ?? []) if (channel) freed.push(channel);
      this.rows.delete(row);
    }
    return freed;
  }

  /** Whether every stem can play these samples. What lies outside the song is silence and always there. */
  covers(from: number, count: number): boolean {
    const first = Math.max(0, Math.floor(from));
    const last = Math.min(this.total, Math.ceil(from + count)) - 1;
    for (let row = Math.floor(first / ROW); row <= Math.floor(last / ROW) && first <= last; row++) {
      if (!this.isFull(row)) return false;
    }
    return true;
  }

  /** Copy samples of one channel; silence where there are none. */
  read(channel: number, from: number, into: Float32Array): void {
    let done = 0;
    while (done < into.length) {
      const at = from + done;
      const row = Math.floor(at / ROW);
      const offset = at - row * ROW;
      const count = Math.min(into.length - done, ROW - offset);
      const samples = this.rows.get(row)?.[channel];
      const part = into.subarray(done, done + count);
      copy(samples, offset, part);
      done += count;
    }
  }

  private isFull(row: number): boolean {
    const channels = this.rows.get(row);
    for (let stem = 0; stem < this.stems; stem++) {
      if (!this.silent.has(stem) && !channels?.[2 * stem]) return false;
    }
    return true;
  }
}

function copy(samples: Float32Array | undefined, offset: number, into: Float32Array): void {
  const there = samples ? Math.min(into.length, samples.length - offset) : 0;
  if (samples && there > 0) into.set(samples.subarray(offset, offset + there));
  into.fill(0, Math.max(0, there));
}
