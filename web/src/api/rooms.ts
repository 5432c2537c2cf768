/** Party rooms over the API. */
import { wordsFrom, type Words } from '../lyrics/document';
import type { Room, StageState } from '../stage/room';
import { apiAddress, ApiProblem, ask } from './client';
import type { StemFile } from './playback';

const path = (code: string, rest = ''): string => `/api/rooms/${encodeURIComponent(code)}${rest}`;
const songPath = (code: string, song: string, rest: string): string => path(code, `/songs/${encodeURIComponent(song)}${rest}`);

export function qrAddress(code: string): string {
  return apiAddress(path(code, '/qr.svg'));
}

export async function roomStems(code: string, song: string): Promise<StemFile[]> {
  const { stems } = await ask<{ stems: { name: string }[] }>(songPath(code, song, '/stems'));
  const parts = stems.filter(({ name }) => name !== 'original');
  return parts.map(({ name }) => ({ name, address: roomStem(code, song, name, 'flac') }));
}

export function roomStem(code: string, song: string, stem: string, format: string): string {
  return apiAddress(songPath(code, song, `/stems/${encodeURIComponent(stem)}.${format}`));
}

/** The words to sing; none is no trouble, the song is sung from memory. */
export async function roomWords(code: string, song: string): Promise<Words | null> {
  try {
    const answer = await ask<Record<string, unknown>>(songPath(code, song, '/lyrics'));
    return wordsFrom(answer.lyrics ?? answer);
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 404) return null;
    throw problem;
  }
}

export type StageWish = Partial<Omit<StageState, 'turnId' | 'at'>>;

/** Move the stage. A guest's token says who asks; a host is known by the session. */
export function control(code: string, wish: StageWish, token: string): Promise<Room> {
  return ask<Room>(path(code, '/stage'), { method: 'PATCH', body: wish, headers: token ? { 'x-room-token': token } : {} });
}

export function command(code: string, what: 'next' | 'skip' | 'restart'): Promise<Room> {
  return ask<Room>(path(code, `/${what}`), { method: 'POST' });
}

export function tellSung(code: string, turnId: string): Promise<Room> {
  return ask<Room>(path(code, '/sung'), { method: 'POST', body: { turnId } });
}
