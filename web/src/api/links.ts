/** Links with which somebody without an account hears one song. */
import { ask } from './client';
import type { LinkAnswer } from './schema';

export type { LinkAnswer as Link } from './schema';
export type Heard = { title: string; artist: string; stems: { name: string; url: string; size: number }[] };

const song = (id: string): string => `/api/songs/${encodeURIComponent(id)}`;
export const links = (songId: string) => ask<LinkAnswer[]>(`${song(songId)}/links`);
export const makeLink = (songId: string, hours: number, note: string) =>
  ask<LinkAnswer>(`${song(songId)}/links`, { method: 'POST', body: { hours, note } });
export const takeBackLink = (songId: string, id: string) => ask<void>(`${song(songId)}/links/${id}`, { method: 'DELETE' });
export const heard = (word: string) => ask<Heard>(`/api/listen/${encodeURIComponent(word)}`);
