/** Songs over the API. */
import { apiAddress, ask } from './client';
import type { SongPage } from './types';

/** Where a stem (or "original") of a song can be heard; answers byte ranges. */
export function addressOfAudio(songId: string, stem: string): string {
  return apiAddress(`/api/songs/${encodeURIComponent(songId)}/audio/${encodeURIComponent(stem)}`);
}

export type Wish = { q?: string; limit?: number; offset?: number };

export function findSongs(wish: Wish, signal?: AbortSignal): Promise<SongPage> {
  return ask<SongPage>('/api/songs/search', signal ? { query: wish, signal } : { query: wish });
}
