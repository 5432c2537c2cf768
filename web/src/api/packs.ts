/** Packs of a song: asked for, waited for, fetched. */
import { ask } from './client';
import { rendered } from './rendering';

export const KINDS = ['video', 'cdg', 'ultrastar', 'lrc', 'daw', 'stem-m4a'] as const;
export type PackKind = (typeof KINDS)[number];

const path = (songId: string, rest = ''): string => `/api/songs/${encodeURIComponent(songId)}/packs${rest}`;

/** Have a pack made; answers where it can be fetched. `pause` waits between looks and may throw to give up. */
export async function pack(songId: string, kind: PackKind, pause: () => Promise<void>): Promise<string> {
  await ask(path(songId), { method: 'POST', body: { kind } });
  return (await rendered(path(songId, `/${kind}`), pause)).url;
}
