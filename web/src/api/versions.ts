/** Versions of a song's stems: made anew by a better engine, heard one against the other, and chosen. */
import type { Item } from './admin';
import { apiAddress, ask } from './client';
import type { Song } from './types';

export type Version = Item & { version: number; current: boolean };
export type Versions = { versions: Version[]; undecided: boolean };

const of = (songId: string) => `/api/songs/${encodeURIComponent(songId)}/versions`;

export const versionsOf = (songId: string) => ask<Versions>(of(songId));
export const keepVersion = (songId: string, itemId: string) => ask<Song>(`${of(songId)}/${itemId}/keep`, { method: 'POST' });
export const addressOfVersion = (songId: string, itemId: string, stem: string): string =>
  apiAddress(`${of(songId)}/${itemId}/audio/${encodeURIComponent(stem)}`);
