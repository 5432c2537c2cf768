/** Where to put a capo so that a song falls into open shapes. */
import { moved, type Chord } from './harte';

export interface CapoAdvice {
  fret: number;
  /** Share of the song's chord time that is easy with it. */
  easy: number;
}

export interface PlayedChord {
  chord: Chord | null;
  start: number;
  end: number;
}

const HIGHEST = 7;
/** What a higher capo costs, as a share of the song. */
const COST_PER_FRET = 0.015;
const OPEN_SHAPES = new Set(
  ['0:maj', '2:maj', '4:maj', '7:maj', '9:maj', '2:min', '4:min', '9:min', '0:7', '2:7', '4:7', '7:7', '9:7', '11:7', '4:min7', '9:min7', '2:min7', '0:maj7', '2:maj7', '5:maj7', '7:maj7', '9:maj7', '2:sus2', '2:sus4', '9:sus2', '9:sus4', '4:sus4'],
);

/** The best fret, 0 meaning none; null for a song without chords. */
export function capoFor(song: readonly PlayedChord[]): CapoAdvice | null {
  const played = song.filter((each): each is PlayedChord & { chord: Chord } => each.chord !== null);
  const whole = played.reduce((sum, each) => sum + each.end - each.start, 0);
  if (whole <= 0) return null;
  const advice = Array.from({ length: HIGHEST + 1 }, (_, fret) => ({ fret, easy: easyTime(played, fret) / whole }));
  return advice.reduce((best, next) => (worth(next) > worth(best) ? next : best));
}

function worth({ fret, easy }: CapoAdvice): number {
  return easy - COST_PER_FRET * fret;
}

function easyTime(played: readonly (PlayedChord & { chord: Chord })[], fret: number): number {
  return played
    .filter(({ chord }) => OPEN_SHAPES.has(shapeKey(moved(chord, -fret))))
    .reduce((sum, { start, end }) => sum + end - start, 0);
}

function shapeKey({ root, quality }: Chord): string {
  return `${root}:${quality}`;
}
