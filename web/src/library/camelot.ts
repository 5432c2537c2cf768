/** Keys by their place on the Camelot wheel: neighbours sound well together. */

const MINOR = ['A♭m', 'E♭m', 'B♭m', 'Fm', 'Cm', 'Gm', 'Dm', 'Am', 'Em', 'Bm', 'F♯m', 'D♭m'];
const MAJOR = ['B', 'F♯', 'D♭', 'A♭', 'E♭', 'B♭', 'F', 'C', 'G', 'D', 'A', 'E'];

/** "8A" is "Am"; the code itself when it is none. */
export function keyName(camelot: string): string {
  const found = /^(\d{1,2})([AB])$/.exec(camelot);
  const place = Number(found?.[1]) - 1;
  return (found?.[2] === 'A' ? MINOR : MAJOR)[place] ?? camelot;
}

export const CODES: readonly string[] = Array.from({ length: 24 }, (_, n) => `${(n >> 1) + 1}${n % 2 ? 'B' : 'A'}`);

/** The colour of a key goes once around with the wheel, so that neighbours look alike. */
export function hueOf(camelot: string): number {
  return ((Number.parseInt(camelot, 10) || 0) - 1) * 30;
}
