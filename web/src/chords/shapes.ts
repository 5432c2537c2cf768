/** Where the fingers go: guitar shapes found by trying all that a hand can hold, and piano keys. */
import { intervals, modulo, notesOf, type Chord } from './harte';

/** Standard tuning, lowest string first, as MIDI notes. */
export const TUNING = [40, 45, 50, 55, 59, 64] as const;

export interface GuitarShape {
  /** Fret per string, lowest first; null is not played. */
  frets: readonly (number | null)[];
  /** The lowest fret shown. */
  base: number;
  /** A finger laid across from this string up, at `base`. */
  barreFrom: number | null;
}

const REACH = 4;
const HIGHEST_BASE = 9;
const found = new Map<string, GuitarShape | null>();

export function guitarShape(chord: Chord): GuitarShape | null {
  const key = `${chord.root}:${chord.quality}/${chord.bass}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const shape = bestShape(chord);
  found.set(key, shape);
  return shape;
}

/** Keys to press from the root up, as semitones above the C below it. */
export function pianoKeys(chord: Chord): number[] {
  const upper = intervals(chord).map((interval) => chord.root + interval);
  const bass = chord.bass === null ? [] : [chord.bass < chord.root ? chord.bass : chord.bass - 12];
  const keys = [...bass, ...upper];
  const lift = Math.min(...keys) < 0 ? 12 : 0;
  return keys.map((key) => key + lift);
}

function bestShape(chord: Chord): GuitarShape | null {
  let best: GuitarShape | null = null;
  let least = Infinity;
  for (let base = 1; base <= HIGHEST_BASE; base++) {
    for (const frets of hands(chord, base)) {
      const effort = effortOf(frets, base, chord);
      if (effort < least) [best, least] = [shapeOf(frets), effort];
    }
  }
  return best;
}

/** Every way to hold the chord with the first finger at `base`. */
function* hands(chord: Chord, base: number): Generator<(number | null)[]> {
  const notes = notesOf(chord);
  const options = TUNING.map((open) => {
    const reachable = [0, ...Array.from({ length: REACH }, (_, step) => base + step)];
    return [null, ...reachable.filter((fret) => notes.includes(modulo(open + fret)))];
  });
  yield* combined(options, []);
}

function* combined(options: readonly (number | null)[][], chosen: (number | null)[]): Generator<(number | null)[]> {
  const next = options[chosen.length];
  if (!next) {
    yield chosen;
    return;
  }
  for (const fret of next) {
    const isGap = fret === null && chosen.some((each) => each !== null);
    if (isGap && chosen.length < 5) continue;
    yield* combined(options, [...chosen, fret]);
  }
}

/** Lower is easier; Infinity is not this chord or not playable. */
function effortOf(frets: readonly (number | null)[], base: number, chord: Chord): number {
  const sounding = frets.flatMap((fret, string) => (fret === null ? [] : [(TUNING[string] ?? 0) + fret]));
  if (sounding.length < Math.min(4, intervals(chord).length + 1) || modulo(sounding[0] ?? 0) !== (chord.bass ?? chord.root)) return Infinity;
  const missing = missingNotes(chord, sounding);
  const fingers = fingersFor(frets);
  if (missing === Infinity || fingers > 4) return Infinity;
  const pressed = frets.filter((fret): fret is number => fret !== null && fret > 0);
  const stretch = pressed.length > 0 ? Math.max(...pressed) - Math.min(...pressed) : 0;
  const awkward = Number(pressed.some((fret) => fret > 4) && frets.includes(0)) * 6 + Number(frets.at(-1) === null) + Number(barre(frets) !== null) * 1.5;
  return 3 * missing + fingers + 0.8 * stretch + 1.2 * (base - 1) - 1.5 * sounding.length + awkward;
}

/** Of a chord with four notes and more, the fifth may be left out; nothing else. */
function missingNotes(chord: Chord, sounding: readonly number[]): number {
  const heard = new Set(sounding.map(modulo));
  const missing = intervals(chord).filter((interval) => !heard.has(modulo(chord.root + interval)));
  if (missing.some((interval) => interval !== 7)) return Infinity;
  return missing.length > 0 && intervals(chord).length < 4 ? Infinity : missing.length;
}

function fingersFor(frets: readonly (number | null)[]): number {
  const pressed = frets.filter((fret): fret is number => fret !== null && fret > 0);
  const from = barre(frets);
  if (from === null) return pressed.length;
  const lowest = Math.min(...pressed);
  return 1 + pressed.filter((fret) => fret !== lowest).length;
}

/** The string from which one finger covers the lowest fret, when no open string is in its way. */
function barre(frets: readonly (number | null)[]): number | null {
  const pressed = frets.filter((fret): fret is number => fret !== null && fret > 0);
  const lowest = Math.min(...pressed);
  const first = frets.indexOf(lowest);
  const covered = frets.slice(first);
  const isNeeded = pressed.filter((fret) => fret === lowest).length > 1;
  return isNeeded && pressed.length > 3 && !covered.includes(0) ? first : null;
}

function shapeOf(frets: readonly (number | null)[]): GuitarShape {
  const pressed = frets.filter((fret): fret is number => fret !== null && fret > 0);
  const highest = Math.max(0, ...pressed);
  const base = highest <= REACH ? 1 : Math.min(...pressed);
  return { frets: [...frets], base, barreFrom: barre(frets) };
}
