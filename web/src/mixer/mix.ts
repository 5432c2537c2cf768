/** How a song is mixed: a strip for every stem, and what of it can be heard. Values only; every change is a new mix. */

export interface StripState {
  /** 0 is silent, 1 is as recorded, 1.5 is the most. */
  gain: number;
  /** −1 left, 1 right. */
  pan: number;
  muted: boolean;
  soloed: boolean;
}

export interface Mix {
  strips: Readonly<Record<string, StripState>>;
  master: number;
  /** 0.5 to 2. */
  tempo: number;
  /** Semitones, −12 to 12. */
  pitch: number;
}

export const LIMITS = { gain: [0, 1.5], pan: [-1, 1], tempo: [0.5, 2], pitch: [-12, 12] } as const;

const FLAT: StripState = { gain: 1, pan: 0, muted: false, soloed: false };

/** As recorded. A song's original is there to compare with, so it starts muted beside its stems. */
export function flatMix(stems: readonly string[]): Mix {
  const strips = Object.fromEntries(stems.map((stem) => [stem, { ...FLAT, muted: stem === 'original' && stems.length > 1 }]));
  return { strips, master: 1, tempo: 1, pitch: 0 };
}

export function within(value: number, [least, most]: readonly [number, number]): number {
  return Math.min(most, Math.max(least, value));
}

export function withStrip(mix: Mix, stem: string, change: Partial<StripState>): Mix {
  const before = mix.strips[stem];
  if (!before) return mix;
  const after = { ...before, ...change };
  const strip = { ...after, gain: within(after.gain, LIMITS.gain), pan: within(after.pan, LIMITS.pan) };
  return { ...mix, strips: { ...mix.strips, [stem]: strip } };
}

export function withSpeed(mix: Mix, change: { tempo?: number; pitch?: number }): Mix {
  const tempo = Math.round(within(change.tempo ?? mix.tempo, LIMITS.tempo) * 100) / 100;
  const pitch = Math.round(within(change.pitch ?? mix.pitch, LIMITS.pitch));
  return { ...mix, tempo, pitch };
}

/** The gain a stem is heard with: none when muted, or when others are soloed and it is not. */
export function heardGain(mix: Mix, stem: string): number {
  const strip = mix.strips[stem];
  if (!strip || strip.muted) return 0;
  const someSolo = Object.values(mix.strips).some((each) => each.soloed);
  return someSolo && !strip.soloed ? 0 : strip.gain;
}

export function isFlat(mix: Mix): boolean {
  return JSON.stringify(mix) === JSON.stringify(flatMix(Object.keys(mix.strips)));
}

/** A strip from somewhere else (a link, a store): unknown stems are left out, wild numbers brought within limits. */
export function mixFrom(stored: unknown, stems: readonly string[]): Mix {
  const flat = flatMix(stems);
  if (typeof stored !== 'object' || stored === null) return flat;
  const { strips, tempo, pitch, master } = stored as Partial<Mix>;
  const filled = stems.reduce((mix, stem) => withStrip(mix, stem, sane(strips?.[stem])), flat);
  const level = typeof master === 'number' && Number.isFinite(master) ? within(master, LIMITS.gain) : 1;
  return withSpeed({ ...filled, master: level }, numbersOf({ tempo, pitch }));
}

function sane(strip: unknown): Partial<StripState> {
  if (typeof strip !== 'object' || strip === null) return {};
  const { gain, pan, muted, soloed } = strip as Partial<StripState>;
  const flags = { ...(typeof muted === 'boolean' && { muted }), ...(typeof soloed === 'boolean' && { soloed }) };
  return { ...numbersOf({ gain, pan }), ...flags };
}

function numbersOf<Name extends string>(values: Record<Name, unknown>): Partial<Record<Name, number>> {
  const kept = Object.entries(values).filter(([, value]) => typeof value === 'number' && Number.isFinite(value));
  return Object.fromEntries(kept) as Partial<Record<Name, number>>;
}
