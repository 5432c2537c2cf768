/** Songs over the API. */
import type { Wish } from '../library/wish';
import { apiAddress, ask, type Query } from './client';
import type { Artist, ArtistPage, Pagination, Song, SongPage } from './types';

const of = (songId: string) => `/api/songs/${encodeURIComponent(songId)}`;

/** Where a stem (or "original") of a song can be heard; answers byte ranges. */
export function addressOfAudio(songId: string, stem: string): string {
  return apiAddress(`${of(songId)}/audio/${encodeURIComponent(stem)}`);
}

/** The video's picture or the file's own cover; the others get one made of their stems. */
export function addressOfPicture(song: Pick<Song, 'thumbnailUrl'>): string | null {
  return song.thumbnailUrl ? apiAddress(song.thumbnailUrl) : null;
}

/** Seconds, whichever way the server told them. */
export const secondsOf = (song: Pick<Song, 'duration' | 'durationMs'>): number => song.duration ?? (song.durationMs ?? 0) / 1000;

export type SongWish = Partial<Wish> & { limit?: number; offset?: number };

function queryOf({ bpmFrom, bpmTo, words, ...rest }: SongWish): Query {
  return { ...rest, bpm_min: bpmFrom, bpm_max: bpmTo, has_lyrics: words || undefined };
}

export function findSongs(wish: SongWish, signal?: AbortSignal): Promise<SongPage> {
  return ask<SongPage>('/api/browse/songs', signal ? { query: queryOf(wish), signal } : { query: queryOf(wish) });
}

export const song = (songId: string) => ask<Song>(`/api/browse/songs/${encodeURIComponent(songId)}`);
export const changeSong = (songId: string, change: Partial<Song>) => ask<Song>(of(songId), { method: 'PATCH', body: change });
export const deleteSong = (songId: string) => ask<unknown>(of(songId), { method: 'DELETE' });
export const rateItem = (itemId: string, stars: number) => ask<unknown>(`/api/library/${itemId}/rating`, { method: 'PUT', body: { stars } });
export const linkItem = (itemId: string) => ask<Song>(`/api/library/${itemId}/link`, { method: 'POST' });

/** Not what was meant: never offered with this song again. */
export const declineOffer = (songId: string, itemId: string) => ask<unknown>(`${of(songId)}/offers/${itemId}/decline`, { method: 'POST' });

export function artists(search: string, offset = 0, signal?: AbortSignal): Promise<{ artists: Artist[]; pagination: Pagination }> {
  const query = { search, offset, limit: 200 };
  return ask<ArtistPage>('/api/songs/artists', signal ? { query, signal } : { query });
}

export type Metadata = { title: string; artist: string; album?: string | null; releaseYear?: number | null; genre?: string | null; artworkUrl?: string | null };

export const lookUp = (title: string, artist: string) =>
  ask<{ results: Metadata[] }>('/api/metadata/search', { query: { title, artist, limit: 5 } }).then((answer) => answer.results);
