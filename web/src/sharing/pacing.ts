/** When each chunk of a live session sounds. Knows moments of an audio clock, no audio. Seconds. */
import { secondsOf, type Frame } from './frames';

/** How far behind the sharer we play, so that an uneven network is not heard. */
export const BUFFER = 1;
/** Waiting more than this means the clocks have run apart: begin anew. */
const MOST_AHEAD = 4;
/** A hole no longer than this stays a silence; a longer one is not waited through. */
const LONGEST_HOLE = 2;
const FADE_MARGIN = 0.02;

interface Heard {
  /** The audio clock when the chunk begins. */
  at: number;
  until: number;
  /** The sharer's clock for the same moment, in milliseconds. */
  sharedAt: number;
}

export class Pacing {
  private last: { epoch: number; sequence: number; until: number } | null = null;
  private heard: Heard[] = [];
  /** How often the sound had to begin anew. */
  breaks = 0;

  /** The moment a chunk sounds, or null when it must not: heard already, or from a former life of the session. */
  place(frame: Frame, now: number, age = 0): number | null {
    const length = secondsOf(frame);
    if (this.last && (frame.epoch < this.last.epoch || this.isOld(frame))) return null;
    const at = this.following(frame, now, length) ?? this.anew(now, age);
    this.last = { epoch: frame.epoch, sequence: frame.sequence, until: at + length };
    this.heard = [...this.heard.filter(({ until }) => until > now - 1), { at, until: at + length, sharedAt: frame.sharedAt }];
    return at;
  }

  /** What the sharer's clock showed when that was played which sounds here now; null while nothing sounds. */
  sharedTime(now: number): number | null {
    const chunk = this.heard.findLast(({ at, until }) => at <= now && now <= until + 0.25);
    return chunk ? chunk.sharedAt + (now - chunk.at) * 1000 : null;
  }

  private isOld(frame: Frame): boolean {
    return this.last !== null && frame.epoch === this.last.epoch && frame.sequence <= this.last.sequence;
  }

  /** Right after the chunk before, a small hole kept as silence; null when the thread is torn. */
  private following(frame: Frame, now: number, length: number): number | null {
    if (!this.last || frame.epoch !== this.last.epoch || frame.isAfterGap) return null;
    const hole = (frame.sequence - this.last.sequence - 1) * length;
    const at = this.last.until + hole;
    return hole > LONGEST_HOLE || at < now + FADE_MARGIN || at > now + MOST_AHEAD ? null : at;
  }

  private anew(now: number, age: number): number {
    if (this.last) this.breaks++;
    const late = Math.min(Math.max(0, age), BUFFER / 2);
    // Never on top of what is already on its way to the speakers.
    return Math.max(now + BUFFER - late, Math.min(this.last?.until ?? 0, now + MOST_AHEAD));
  }
}

interface Exchange {
  offset: number;
  trip: number;
}

/** The server's clock, learned from pings: the quickest of the last answers is the truest. Microseconds. */
export class ServerClock {
  private exchanges: Exchange[] = [];

  answered(asked: number, heard: number, received: number, sent: number): void {
    const trip = heard - asked - (sent - received);
    this.exchanges = [...this.exchanges.slice(-7), { offset: (received + sent) / 2 - (asked + heard) / 2, trip }];
  }

  /** How long ago the server's moment was, in seconds; 0 before the first answer. */
  age(serverTime: number, now: number): number {
    const best = this.best;
    return best ? Math.max(0, (now + best.offset - serverTime) / 1e6) : 0;
  }

  /** The server's clock now, null before the first answer. */
  now(here: number): number | null {
    return this.best ? here + this.best.offset : null;
  }

  /** Seconds that news take from the server to here. */
  get delay(): number {
    return this.best ? Math.max(0, this.best.trip) / 2e6 : 0;
  }

  private get best(): Exchange | null {
    return this.exchanges.reduce<Exchange | null>((best, one) => (!best || one.trip < best.trip ? one : best), null);
  }
}
