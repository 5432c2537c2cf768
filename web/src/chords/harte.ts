/** Chords as Harte wrote them (A:min7/b3), read, moved and shown as musicians write them (Am7/C). */

export interface Chord {
  /** 0 is C. */
  root: number;
  quality: string;
  /** The lowest note, when it is not the root. */
  bass: number | null;
}

export type Spelling = 'sharps' | 'flats';

const LETTERS: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
const SHARPS = ['C', 'C♯', 'D', 'D♯', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'A♯', 'B'] as const;
const FLATS = ['C', 'D♭', 'D', 'E♭', 'E', 'F', 'G♭', 'G', 'A♭', 'A', 'B♭', 'B'] as const;
const DEGREES: Readonly<Record<string, number>> = { 1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11, 9: 14, 11: 17, 13: 21 };

/** Quality, as shown, and its notes above the root. */
const QUALITIES: Readonly<Record<string, readonly [shown: string, notes: readonly number[]]>> = {
  maj: ['', [0, 4, 7]],
  min: ['m', [0, 3, 7]],
  dim: ['dim', [0, 3, 6]],
  aug: ['aug', [0, 4, 8]],
  '5': ['5', [0, 7]],
  sus2: ['sus2', [0, 2, 7]],
  sus4: ['sus4', [0, 5, 7]],
  '7': ['7', [0, 4, 7, 10]],
  maj7: ['maj7', [0, 4, 7, 11]],
  min7: ['m7', [0, 3, 7, 10]],
  minmaj7: ['m(maj7)', [0, 3, 7, 11]],
  dim7: ['dim7', [0, 3, 6, 9]],
  hdim7: ['m7♭5', [0, 3, 6, 10]],
  maj6: ['6', [0, 4, 7, 9]],
  min6: ['m6', [0, 3, 7, 9]],
  '9': ['9', [0, 4, 7, 10, 14]],
  maj9: ['maj9', [0, 4, 7, 11, 14]],
  min9: ['m9', [0, 3, 7, 10, 14]],
  '11': ['11', [0, 4, 7, 10, 14, 17]],
  '13': ['13', [0, 4, 7, 10, 14, 21]],
};
const SHOWN_TO_QUALITY: ReadonlyMap<string, string> = new Map(
  Object.entries(QUALITIES).map(([quality, [shown]]) => [shown.replace('♭', 'b'), quality]),
);

export const QUALITY_NAMES: readonly string[] = Object.keys(QUALITIES);

/** Read a label in either writing; null for "no chord" and for what is none. */
export function chordFrom(label: string): Chord | null {
  const found = /^([A-G])([b#♭♯]*)(.*)$/u.exec(label.trim());
  if (!found) return null;
  const [, letter = '', signs = '', rest = ''] = found;
  const root = modulo(LETTERS[letter]! + shiftOf(signs));
  const [kind = '', below = ''] = rest.replace(/^:/, '').replace(/\(.*\)$/, '').split('/');
  const quality = kind in QUALITIES ? kind : (SHOWN_TO_QUALITY.get(kind) ?? nearest(kind));
  const bass = below === '' ? null : bassOf(below, root);
  return { root, quality, bass: bass === root ? null : bass };
}

export function moved(chord: Chord, semitones: number): Chord {
  const bass = chord.bass === null ? null : modulo(chord.bass + semitones);
  return { ...chord, root: modulo(chord.root + semitones), bass };
}

export function shown(chord: Chord | null, spelling: Spelling = 'sharps'): string {
  if (!chord) return '–';
  const name = `${noteName(chord.root, spelling)}${QUALITIES[chord.quality]?.[0] ?? chord.quality}`;
  return chord.bass === null ? name : `${name}/${noteName(chord.bass, spelling)}`;
}

export function noteName(note: number, spelling: Spelling): string {
  return (spelling === 'flats' ? FLATS : SHARPS)[modulo(note)] ?? '';
}

/** The way back, for the server. */
export function harteOf(chord: Chord): string {
  const plain = (note: number): string => noteName(note, 'sharps').replace('♯', '#');
  const interval = chord.bass === null ? '' : `/${degreeOf(chord.bass - chord.root)}`;
  return `${plain(chord.root)}:${chord.quality}${interval}`;
}

/** The notes of a chord above its root, in semitones. */
export function intervals(chord: Chord): readonly number[] {
  return QUALITIES[chord.quality]?.[1] ?? [0, 4, 7];
}

/** Its notes as pitch classes, the bass included. */
export function notesOf(chord: Chord): number[] {
  const notes = intervals(chord).map((interval) => modulo(chord.root + interval));
  return [...new Set(chord.bass === null ? notes : [chord.bass, ...notes])];
}

export function modulo(note: number): number {
  return ((note % 12) + 12) % 12;
}

function shiftOf(signs: string): number {
  return [...signs].reduce((sum, sign) => sum + (sign === '#' || sign === '♯' ? 1 : -1), 0);
}

/** A quality we do not draw is shown as the triad it rests on. */
function nearest(kind: string): string {
  if (/^(m(?!aj)|min)/.test(kind)) return kind.includes('7') ? 'min7' : 'min';
  if (/^dim/.test(kind)) return 'dim';
  return 'maj';
}

function bassOf(below: string, root: number): number | null {
  const asNote = /^([A-G])([b#♭♯]*)$/u.exec(below);
  if (asNote) return modulo(LETTERS[asNote[1] ?? 'C']! + shiftOf(asNote[2] ?? ''));
  const asDegree = /^([b#]*)(\d+)$/.exec(below);
  const step = DEGREES[asDegree?.[2] ?? ''];
  return step === undefined ? null : modulo(root + step + shiftOf(asDegree?.[1] ?? ''));
}

function degreeOf(interval: number): string {
  return ['1', 'b2', '2', 'b3', '3', '4', 'b5', '5', '#5', '6', 'b7', '7'][modulo(interval)] ?? '1';
}
