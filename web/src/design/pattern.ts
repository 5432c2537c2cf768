/** A small picture for songs without one: the same name always gives the same bars. */

const STEMS = ['vocals', 'drums', 'bass', 'other', 'guitar', 'piano'] as const;
export type Bar = { x: number; height: number; stem: (typeof STEMS)[number] };

/** FNV-1a: spreads similar names far apart. */
function hashOf(text: string): number {
  let hash = 2166136261;
  for (const letter of text) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 16777619);
  return hash >>> 0;
}

export function patternOf(name: string): Bar[] {
  const main = hashOf(name) % STEMS.length;
  return Array.from({ length: 7 }, (_, place) => {
    const hash = hashOf(`${name}/${place}`);
    const stem = STEMS[hash % 4 === 0 ? hash % STEMS.length : main] ?? 'other';
    return { x: 6 + place * 6, height: 3 + (hash % 15), stem };
  });
}
