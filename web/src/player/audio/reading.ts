/** Reading through cuts of the network: with patience, and from what was fetched ahead. */
import { joined, UnreachableError, type ReadBytes } from './sources';

const PAUSE_MS = 1000;
const PIECE = 1 << 18;
/** Pieces held ahead: 90 seconds of a loud stereo stem at 24 bits, some minutes of a quiet one. */
const AHEAD = 72;
const BEHIND = 2;

/** Waits for a server that has answered before and cannot be reached now; a stem is not lost by a cut. */
export function patient(read: ReadBytes): ReadBytes {
  let wasReached = false;
  return async (from, to, signal) => {
    for (;;) {
      try {
        const found = await read(from, to, signal);
        wasReached = true;
        return found;
      } catch (reason) {
        if (!wasReached || !(reason instanceof UnreachableError)) throw reason;
      }
      await new Promise((done) => setTimeout(done, PAUSE_MS));
      signal?.throwIfAborted();
    }
  };
}

/** Keeps what comes after the place that was read last, so that a cut is not heard. `closed` ends the fetching. */
export function heldAhead(read: ReadBytes, closed: AbortSignal, ahead = AHEAD): ReadBytes {
  const pieces = new Map<number, Promise<Uint8Array>>();
  let size = Infinity;
  let last = 0;
  let isFilling = false;

  function piece(number: number): Promise<Uint8Array> {
    const known = pieces.get(number);
    if (known) return known;
    const asked = read(number * PIECE, Math.min((number + 1) * PIECE, size), closed).then((found) => ((size = found.size), found.bytes));
    asked.catch(() => pieces.delete(number));
    pieces.set(number, asked);
    return asked;
  }

  function missing(): number | undefined {
    const wanted = Array.from({ length: ahead + 1 }, (_, step) => last + step);
    return wanted.find((number) => number * PIECE < size && !pieces.has(number));
  }

  async function fill(): Promise<void> {
    if (isFilling) return;
    isFilling = true;
    try {
      for (let number = missing(); number !== undefined; number = missing()) await piece(number);
    } catch {
      // Whoever reads that piece asks again, and hears why it cannot be had.
    }
    isFilling = false;
  }

  return async (from, to) => {
    const first = Math.floor(from / PIECE);
    last = Math.max(first, Math.floor((to - 1) / PIECE));
    const found: Uint8Array[] = [];
    for (let number = first; number <= last && number * PIECE < size; number++) found.push(await piece(number));
    for (const number of pieces.keys()) if (number < first - BEHIND || number > last + ahead) pieces.delete(number);
    void fill();
    const skip = from - first * PIECE;
    return { bytes: joined(found).subarray(skip, skip + to - from), size };
  };
}
