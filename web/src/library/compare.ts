/** What a catalogue says about a song, beside what we say. */
import type { Metadata } from '../api/songs';
import type { Song } from '../api/types';

const NAMES = ['title', 'artist', 'album', 'genre', 'year'] as const;
export type Difference = { name: (typeof NAMES)[number]; ours: string | number | null; theirs: string | number | null; differs: boolean };

export function differences(song: Song, found: Metadata | undefined): Difference[] {
  if (!found) return [];
  const theirs = { ...found, year: found.releaseYear };
  return NAMES.map((name) => {
    const [here, there] = [song[name] ?? null, theirs[name] ?? null];
    return { name, ours: here, theirs: there, differs: there !== null && there !== '' && String(there) !== String(here ?? '') };
  });
}
