/** Playing together without sound: the sharer's transport, and how a listener's player keeps to it. Knows no audio. */
import { flatMix, heardGain, LIMITS, within, withSpeed, withStrip, type Mix } from '../mixer/mix';

export interface Transport {
  /** Seconds into the song at the moment `at`. */
  position: number;
  /** By the server's clock, in microseconds. */
  at: number;
  playing: boolean;
  tempo: number;
  pitch: number;
  levels: Readonly<Record<string, number>>;
  mutes: readonly string[];
}

const number = (value: unknown, otherwise: number): number => (typeof value === 'number' && Number.isFinite(value) ? value : otherwise);
const object = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

/** The transport in the server's news; null where sound is sent instead. */
export function transportFrom(news: Record<string, unknown>): Transport | null {
  const said = object(news.metadata).transport;
  if (said === undefined || said === null) return null;
  const { position, playing, tempo, pitch, levels, mutes } = object(said);
  return {
    position: number(position, 0),
    at: number(news.at, 0),
    playing: playing === true,
    tempo: within(number(tempo, 1), LIMITS.tempo),
    pitch: within(number(pitch, 0), LIMITS.pitch),
    levels: Object.fromEntries(Object.entries(object(levels)).map(([stem, level]) => [stem, number(level, 1)])),
    mutes: Array.isArray(mutes) ? mutes.filter((stem) => typeof stem === 'string') : [],
  };
}

/** What a sharer says of its player. Whatever it does not hear (muted, or others soloed) is muted for all. */
export function transportOf(mix: Mix | null, position: number, playing: boolean, at: number | null): Record<string, unknown> {
  const stems = Object.entries(mix?.strips ?? {});
  return {
    position: Math.max(0, position),
    playing,
    tempo: mix?.tempo ?? 1,
    pitch: mix?.pitch ?? 0,
    levels: Object.fromEntries(stems.map(([stem, { gain }]) => [stem, gain])),
    mutes: stems.filter(([stem]) => mix !== null && heardGain(mix, stem) === 0).map(([stem]) => stem),
    ...(at !== null && { at }),
  };
}

/** How the sharer's player stood at a moment of its own clock, in milliseconds. */
export interface Told {
  place: number;
  playing: boolean;
  mix: Mix | null;
  moment: number;
}

const HAND_MOVED = 0.08;

/** Whether somebody touched the player since it was last told of: it only played on. */
export function hasMoved(told: Told, is: Told): boolean {
  if (told.playing !== is.playing || told.mix !== is.mix) return true;
  const played = told.playing ? ((is.moment - told.moment) / 1000) * (told.mix?.tempo ?? 1) : 0;
  return Math.abs(is.place - told.place - played) > HAND_MOVED;
}

/** Where the song is at a time of the server's clock, in microseconds. */
export function placeAt({ position, at, playing, tempo }: Transport, now: number): number {
  return playing ? Math.max(0, position + ((now - at) / 1e6) * tempo) : position;
}

/** The sharer's mix on a listener's own stems, without those that the listener plays or sings. */
export function mixOf(transport: Transport, stems: readonly string[], mine: ReadonlySet<string>): Mix {
  const muted = (stem: string): boolean => mine.has(stem) || transport.mutes.includes(stem);
  const mixed = stems.reduce((mix, stem) => withStrip(mix, stem, { gain: transport.levels[stem] ?? 1, muted: muted(stem) }), flatMix(stems));
  return withSpeed(mixed, transport);
}

const READINGS = 5;
/** Farther off than this there is nothing to think about, in seconds. */
const FAR = 0.25;
const LONGEST_LEAD = 0.5;

/**
 * Says when a player must jump to sound where it should, and where to. One reading of an audio clock is rough, so it
 * takes the middle of a few; and it learns how far behind its jumps come out, to aim so much ahead.
 */
export class Step {
  private readings: number[] = [];
  private lead = 0;
  private hasJumped = false;
  private restsUntil = 0;

  /** How far beside is left alone, and how long a jump takes to settle; seconds. */
  constructor(private readonly player: { tolerance: number; settling: number }) {}

  /** The place to jump to, or null. `now` in seconds of any clock. */
  check(heard: number, wanted: number, now: number): number | null {
    if (now < this.restsUntil) return null;
    this.readings = [...this.readings, heard - wanted].slice(-READINGS);
    const isFar = Math.abs(heard - wanted) > FAR;
    if (this.readings.length < READINGS && !(isFar && !this.hasJumped)) return null;
    const beside = isFar ? heard - wanted : (this.readings.toSorted((one, other) => one - other)[READINGS >> 1] ?? 0);
    if (this.hasJumped && !isFar) this.lead = within(this.lead - beside, [0, LONGEST_LEAD]);
    this.hasJumped = false;
    return Math.abs(beside) > this.player.tolerance ? this.jump(wanted, now) : null;
  }

  /** Jump now, whatever the readings say: the song moved, or begins. */
  jump(wanted: number, now: number): number {
    this.readings = [];
    this.hasJumped = true;
    this.restsUntil = now + this.player.settling;
    return wanted + this.lead;
  }
}
