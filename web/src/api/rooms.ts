/** Party rooms over the API. */
import { wordsFrom, type Words } from '../lyrics/document';
import type { Room, StageState } from '../stage/room';
import { apiAddress, ApiProblem, ask } from './client';
import type { TimedChord } from '../chords/lane';
import { factsFrom } from '../mixer/facts';
import type { VoiceRange } from '../party/voice';
import type { StemFile } from './playback';

const asSinger = (token?: string): Record<string, string> => (token ? { 'x-room-token': token } : {});
const path = (code: string, rest = ''): string => `/api/rooms/${encodeURIComponent(code)}${rest}`;
const songPath = (code: string, song: string, rest: string): string => path(code, `/songs/${encodeURIComponent(song)}${rest}`);

export function qrAddress(code: string): string {
  return apiAddress(path(code, '/qr.svg'));
}

export async function roomStems(code: string, song: string): Promise<StemFile[]> {
  const { stems } = await roomSong(code, song);
  const parts = stems.filter(({ name }) => name !== 'original');
  return parts.map(({ name }) => ({ name, address: roomStem(code, song, name, 'flac') }));
}

/** Where the video is that a song came with; empty when it came without. */
export async function roomVideo(code: string, song: string): Promise<string> {
  return (await roomSong(code, song)).video ? apiAddress(songPath(code, song, '/video')) : '';
}

const roomSong = (code: string, song: string) => ask<{ stems: { name: string }[]; video: string | null }>(songPath(code, song, '/stems'));

export function roomStem(code: string, song: string, stem: string, format: string): string {
  return apiAddress(songPath(code, song, `/stems/${encodeURIComponent(stem)}.${format}`));
}

/** The song as the server mixes it, in another key if need be: for televisions that cannot mix. */
export function roomMix(code: string, song: string, query: Record<string, string>): string {
  return apiAddress(songPath(code, song, '/mix.mp3'), query);
}

/** The chords of a song; a song that was not analysed has none. */
export async function roomChords(code: string, song: string): Promise<TimedChord[]> {
  return factsFrom(await ask<unknown>(songPath(code, song, '/chords'))).lane.slice();
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
  return ask<Room>(path(code, '/stage'), { method: 'PATCH', body: wish, headers: asSinger(token) });
}

export function command(code: string, what: 'next' | 'skip' | 'restart'): Promise<Room> {
  return ask<Room>(path(code, `/${what}`), { method: 'POST' });
}

export function tellSung(code: string, turnId: string): Promise<Room> {
  return ask<Room>(path(code, '/sung'), { method: 'POST', body: { turnId } });
}

/** `shift`: by how many semitones the song fits this singer's voice; null where the song or the voice is not known. */
export type Choice = { id: string; title: string; artist: string; duration: number | null; isReady: boolean; shift: number | null };
export type Joined = { singerId: string; name: string; token: string; room: Room };
export type Wish = { songId: string; semitones?: number } | { link: string };

const turnPath = (code: string, turn: string, rest = ''): string => path(code, `/turns/${encodeURIComponent(turn)}${rest}`);

export const openRoom = (name: string) => ask<Room>('/api/rooms', { method: 'POST', body: { name } });
export const myRooms = () => ask<{ rooms: Room[] }>('/api/rooms').then((answer) => answer.rooms);
export const closeRoom = (code: string) => ask<Room>(path(code), { method: 'DELETE' });
export const seeRoom = (code: string) => ask<Room>(path(code));
export const joinRoom = (code: string, name: string) => ask<Joined>(path(code, '/join'), { method: 'POST', body: { name } });
export const roomSongs = (code: string, words: string, token: string, signal: AbortSignal) =>
  ask<{ songs: Choice[] }>(path(code, '/songs'), { query: { q: words }, headers: asSinger(token), signal }).then((answer) => answer.songs);
/** Videos for some words; `isInstant` when the library has them with a voice of their own. */
export type RoomVideo = { id: string; title: string; channel: string; duration: number | null; thumbnail: string | null; link: string; isInstant: boolean };
export const roomVideos = (code: string, words: string, token: string) =>
  ask<{ videos: RoomVideo[] }>(path(code, '/videos'), { query: { q: words }, headers: asSinger(token) }).then((answer) => answer.videos);
export const wishFor = (code: string, wish: Wish, token: string) =>
  ask<Room>(path(code, '/turns'), { method: 'POST', body: wish, headers: asSinger(token) });
export const takeBack = (code: string, turn: string, token?: string) =>
  ask<Room>(turnPath(code, turn), { method: 'DELETE', headers: asSinger(token) });
export const swapTurns = (code: string, turn: string, otherId: string, token: string) =>
  ask<Room>(turnPath(code, turn, '/swap'), { method: 'POST', body: { otherId }, headers: asSinger(token) });
export const tellRange = (code: string, { lowest, highest }: VoiceRange, token: string) =>
  ask<Room>(path(code, '/range'), { method: 'PUT', body: { lowest, highest }, headers: asSinger(token) });
/** A singer went home: as the host says, or the singer with their own token. */
export const leaveRoom = (code: string, singer: string, token?: string) =>
  ask<Room>(path(code, `/singers/${encodeURIComponent(singer)}`), { method: 'DELETE', headers: asSinger(token) });
export const moveTurn = (code: string, turn: string, position: number) =>
  ask<Room>(turnPath(code, turn, '/move'), { method: 'POST', body: { position } });
export const playTurn = (code: string, turn: string) => ask<Room>(turnPath(code, turn, '/play'), { method: 'POST' });
export const pauseQueue = (code: string, isPaused: boolean) =>
  ask<Room>(path(code, '/pause'), { method: 'PUT', body: { isPaused } });
