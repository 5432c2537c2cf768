/** Artists in groups by their first letter. */
import type { Artist } from '../api/types';

export type Group = { letter: string; artists: Artist[] };

/** "A" to "Z", everything else under "#"; accents do not make a letter of their own. */
export function letterOf(name: string): string {
  const first = name.trim().normalize('NFD').charAt(0).toUpperCase();
  return /[A-Z]/.test(first) ? first : '#';
}

export function grouped(artists: readonly Artist[], locale: string): Group[] {
  const groups = new Map<string, Artist[]>();
  const order = new Intl.Collator(locale, { sensitivity: 'base', numeric: true });
  for (const artist of [...artists].sort((a, b) => order.compare(a.name, b.name))) {
    const letter = letterOf(artist.name);
    groups.set(letter, [...(groups.get(letter) ?? []), artist]);
  }
  return [...groups].map(([letter, all]) => ({ letter, artists: all })).sort((a, b) => order.compare(a.letter, b.letter));
}
