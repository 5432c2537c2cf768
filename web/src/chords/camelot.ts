/** Keys on the Camelot wheel, where neighbours mix well: 8B is C major, 8A its relative A minor. */
import { modulo, noteName, type Spelling } from './harte';

export interface MusicKey {
  /** 0 is C. */
  tonic: number;
  isMinor: boolean;
}

const FLAT_MAJORS = new Set([5, 10, 3, 8, 1]);

/** Read "A minor", "Am", "F# major", "Bb:min" or "8A". */
export function keyFrom(text: string): MusicKey | null {
  const code = /^(\d{1,2})([AB])$/.exec(text.trim());
  if (code) return keyOfCode(Number(code[1]), code[2] === 'A');
  const found = /^([A-G])([b#♭♯]?)[\s:]*(.*)$/u.exec(text.trim());
  if (!found) return null;
  const [, letter = 'C', sign = '', mode = ''] = found;
  const natural = 'C D EF G A B'.indexOf(letter);
  const shift = sign === '' ? 0 : sign === '#' || sign === '♯' ? 1 : -1;
  return { tonic: modulo(natural + shift), isMinor: /^(m(?!aj)|min)/i.test(mode) };
}

export function codeOf({ tonic, isMinor }: MusicKey): string {
  const major = isMinor ? tonic + 3 : tonic;
  return `${(modulo(7 * major + 7) % 12) + 1}${isMinor ? 'A' : 'B'}`;
}

export function keyOfCode(number: number, isMinor: boolean): MusicKey | null {
  if (number < 1 || number > 12) return null;
  const major = modulo(7 * (number - 8));
  return { tonic: isMinor ? modulo(major - 3) : major, isMinor };
}

export function movedKey(key: MusicKey, semitones: number): MusicKey {
  return { ...key, tonic: modulo(key.tonic + semitones) };
}

export function spellingOf({ tonic, isMinor }: MusicKey): Spelling {
  return FLAT_MAJORS.has(modulo(isMinor ? tonic + 3 : tonic)) ? 'flats' : 'sharps';
}

export function keyName(key: MusicKey): string {
  return `${noteName(key.tonic, spellingOf(key))}${key.isMinor ? 'm' : ''}`;
}

/** All of them, by name: C, Cm, C♯ … */
export const KEYS: readonly MusicKey[] = Array.from({ length: 24 }, (_, place) => ({ tonic: place >> 1, isMinor: place % 2 === 1 }));

/** Codes that mix well: itself, its relative, and one step either way round. */
export function neighbours(key: MusicKey): string[] {
  const number = Number.parseInt(codeOf(key), 10);
  const side = key.isMinor ? 'A' : 'B';
  const other = key.isMinor ? 'B' : 'A';
  return [`${number}${side}`, `${number}${other}`, `${(number % 12) + 1}${side}`, `${((number + 10) % 12) + 1}${side}`];
}
