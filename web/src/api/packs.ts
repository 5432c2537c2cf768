/** Packs of a song: asked for, waited for, fetched. */
import { apiAddress, ask } from './client';

export const KINDS = ['video', 'cdg', 'ultrastar', 'lrc', 'daw', 'stem-m4a'] as const;
export type PackKind = (typeof KINDS)[number];
type PackJob = { status: 'processing' | 'completed' | 'failed'; url: string | null; error: string | null };

const path = (songId: string, rest = ''): string => `/api/songs/${encodeURIComponent(songId)}/packs${rest}`;

/** Have a pack made; answers where it can be fetched. `pause` waits between looks and may throw to give up. */
export async function pack(songId: string, kind: PackKind, pause: () => Promise<void>): Promise<string> {
  await ask(path(songId), { method: 'POST', body: { kind } });
  for (;;) {
    const job = await ask<PackJob>(path(songId, `/${kind}`));
    if (job.status === 'failed') throw new Error(job.error ?? '');
    if (job.status === 'completed' && job.url) return apiAddress(job.url);
    await pause();
  }
}
