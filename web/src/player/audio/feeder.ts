/** Keeps the rows around the playhead in memory, nearest need first, and lets go of the rest. */
import type { Span } from './protocol';
import type { Room, StemSource } from './sources';
import { ROW } from './window';

/** Rows kept ahead of the playhead: twelve seconds of song, six at double tempo. */
const AHEAD = 4;

/** Rows fetched at once after a jump; the rest follow in their time, so that somebody who searches does not fill the memory. */
const URGENT = 2;
const REST_MS = 300;

/** The rows that will be heard next, in the order in which they will be, round the loop as often as it takes. */
export function rowsAhead(position: number, loop: Span | null, total: number): number[] {
  const rows = new Set<number>();
  let place = Math.max(0, Math.min(position, total - 1));
  for (let step = 0; step <= AHEAD + 2 && rows.size <= AHEAD && place < total; step++) {
    const row = Math.floor(place / ROW);
    rows.add(row);
    place = (row + 1) * ROW;
    if (loop && position < loop.to && place >= loop.to) place = backTo(loop.from, rows);
  }
  return [...rows];
}

/** Add the rows at a loop's start (a change of place looks a little before it), and answer where they end. */
function backTo(start: number, rows: Set<number>): number {
  rows.add(Math.floor(Math.max(0, start - ROW / 8) / ROW));
  rows.add(Math.floor(start / ROW));
  return (Math.floor(start / ROW) + 1) * ROW;
}

export interface FeederEvents {
  row(row: number, stem: number, left: Float32Array, right: Float32Array): void;
  drop(rows: number[]): void;
  /** A stem that cannot be read; it stays silent and the others go on. */
  failed(stem: number, reason: Error): void;
  /** Memory for this many samples, perhaps used before. */
  room: Room;
}

export class Feeder {
  private readonly held = new Set<number>();
  private readonly broken = new Set<number>();
  private fetching: { row: number; stop: AbortController } | null = null;
  private wanted: number[] = [];
  /** How many of the wanted rows cannot wait: all of them in a loop, which comes round soon. */
  private urgent = URGENT;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private isClosed = false;

  constructor(
    private readonly sources: readonly StemSource[],
    private readonly total: number,
    private readonly events: FeederEvents,
    private readonly rest = REST_MS,
  ) {}

  /** Say where the playhead is. Cheap: may be called for every report. */
  follow(position: number, loop: Span | null): void {
    if (this.isClosed) return;
    const ahead = rowsAhead(position, loop, this.total);
    this.urgent = loop ? ahead.length : URGENT;
    const behind = Math.floor(position / ROW) - 1;
    this.wanted = behind >= 0 && !ahead.includes(behind) ? [...ahead, behind] : ahead;
    this.letGo();
    if (this.fetching && !this.wanted.includes(this.fetching.row)) this.fetching.stop.abort();
    this.fetchNext();
  }

  close(): void {
    this.isClosed = true;
    this.wanted = [];
    clearTimeout(this.resting);
    this.fetching?.stop.abort();
  }

  private letGo(): void {
    const spare = [...this.held].filter((row) => !this.wanted.includes(row));
    if (spare.length === 0) return;
    spare.forEach((row) => this.held.delete(row));
    this.events.drop(spare);
  }

  private fetchNext(): void {
    if (this.fetching || this.isClosed) return;
    const place = this.wanted.findIndex((wanted) => !this.held.has(wanted));
    const row = this.wanted[place];
    if (row === undefined || (place >= this.urgent && this.resting !== undefined)) return;
    const stop = new AbortController();
    this.fetching = { row, stop };
    const stems = this.sources.map((_, stem) => this.fetchOne(row, stem, stop.signal));
    void Promise.all(stems).then(() => {
      this.fetching = null;
      if (stop.signal.aborted) this.events.drop([row]);
      else this.held.add(row);
      this.takeRest();
      this.fetchNext();
    });
  }

  private takeRest(): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.resting = undefined;
      this.fetchNext();
    }, this.rest);
  }

  private async fetchOne(row: number, stem: number, signal: AbortSignal): Promise<void> {
    const source = this.sources[stem];
    if (!source || this.broken.has(stem)) return;
    try {
      const [left, right] = await source.read(row * ROW, ROW, signal, this.events.room);
      if (!signal.aborted) this.events.row(row, stem, left, right);
    } catch (reason) {
      if (signal.aborted) return;
      this.broken.add(stem);
      this.events.failed(stem, reason instanceof Error ? reason : new Error(String(reason)));
    }
  }
}
