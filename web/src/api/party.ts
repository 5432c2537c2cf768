/** Rooms of karaoke nights over the API. */
import { ask } from './client';

export type Turn = {
  id: string;
  songId: string;
  singerId: string;
  singer: string;
  title: string;
  artist: string;
  duration: number;
  position: number;
  waitSeconds: number;
  isReady: boolean;
  failure: string;
  isPinned: boolean;
};

export type Stage = {
  turnId: string;
  isPlaying: boolean;
  position: number;
  at: number;
  tempo: number;
  semitones: number;
  guide: number;
  volume: number;
  lyricsSize: number;
  lyricsOffset: number;
};

export type Room = {
  code: string;
  name: string;
  isOpen: boolean;
  isPaused: boolean;
  version: number;
  serverTime: number;
  onStage: Turn | null;
  queue: Turn[];
  singers: { id: string; name: string; sung: number }[];
  stage: Stage;
  history: { title: string; artist: string; singer: string; skipped: boolean }[];
};

export type Choice = { id: string; title: string; artist: string; duration: number | null; isReady: boolean };
export type Joined = { singerId: string; name: string; token: string; room: Room };
export type StageWish = Partial<Omit<Stage, 'turnId' | 'at'>>;

const at = (code: string, rest = '') => `/api/rooms/${encodeURIComponent(code)}${rest}`;
const turnAt = (code: string, id: string, rest = '') => at(code, `/turns/${encodeURIComponent(id)}${rest}`);
const asSinger = (token?: string): Record<string, string> => (token ? { 'x-room-token': token } : {});

export const openRoom = (name: string) => ask<Room>('/api/rooms', { method: 'POST', body: { name } });
export const myRooms = () => ask<{ rooms: Room[] }>('/api/rooms').then((answer) => answer.rooms);
export const closeRoom = (code: string) => ask<Room>(at(code), { method: 'DELETE' });
export const seeRoom = (code: string) => ask<Room>(at(code));
export const joinRoom = (code: string, name: string) => ask<Joined>(at(code, '/join'), { method: 'POST', body: { name } });
export const roomSongs = (code: string, words: string, signal?: AbortSignal) =>
  ask<{ songs: Choice[] }>(at(code, '/songs'), { query: { q: words }, ...(signal ? { signal } : {}) }).then((answer) => answer.songs);

export const wishFor = (code: string, wish: { songId: string } | { link: string }, token: string) =>
  ask<Room>(at(code, '/turns'), { method: 'POST', body: wish, headers: asSinger(token) });
export const takeBack = (code: string, turn: string, token?: string) =>
  ask<Room>(turnAt(code, turn), { method: 'DELETE', headers: asSinger(token) });
export const moveTurn = (code: string, turn: string, position: number) =>
  ask<Room>(turnAt(code, turn, '/move'), { method: 'POST', body: { position } });
export const playTurn = (code: string, turn: string) => ask<Room>(turnAt(code, turn, '/play'), { method: 'POST' });
export const steer = (code: string, what: 'skip' | 'next' | 'restart') => ask<Room>(at(code, `/${what}`), { method: 'POST' });
export const pauseQueue = (code: string, isPaused: boolean) =>
  ask<Room>(at(code, '/pause'), { method: 'PUT', body: { isPaused } });
export const setStage = (code: string, wish: StageWish, token?: string) =>
  ask<Room>(at(code, '/stage'), { method: 'PATCH', body: wish, headers: asSinger(token) });
export const reportSung = (code: string, turnId: string) =>
  ask<Room>(at(code, '/sung'), { method: 'POST', body: { turnId } });
