/** Live sessions over the API. */
import { apiAddress, ApiProblem, ask } from './client';

export interface Begun {
  sessionId: string;
  publisherToken: string;
}

const ATTEMPTS = 8;
const path = (code: string, rest: string): string => `/api/share/${encodeURIComponent(code)}${rest}`;

export function randomCode(): string {
  const [number = 0] = crypto.getRandomValues(new Uint32Array(1));
  return String(number % 1_000_000).padStart(6, '0');
}

export interface Wish {
  /** What is heard becomes a song of one's own in the end. */
  record?: boolean;
  /** No sound is sent: everybody plays this song from the library for themselves. */
  together?: { songId: string };
}

const bodyOf = ({ record = false, together }: Wish) => ({ protect: true, record, ...(together && { together: true, songId: together.songId }) });

/** Begin a session of one's own under a free code. */
export async function startSession(wish: Wish, code: () => string = randomCode): Promise<Begun> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask<Begun>('/api/share/start', { method: 'POST', body: { ...bodyOf(wish), sessionId: code() } });
    } catch (problem) {
      if (!(problem instanceof ApiProblem) || problem.status !== 409 || attempt === ATTEMPTS) throw problem;
    }
  }
}

/** Begin anew under the same code: with another song, or after this page was opened again. Listeners stay. */
export async function startAgain({ sessionId, publisherToken }: Begun, wish: Wish): Promise<void> {
  await ask('/api/share/start', { method: 'POST', headers: { 'x-share-publisher': publisherToken }, body: { ...bodyOf(wish), sessionId } });
}

export async function stopSession({ sessionId, publisherToken }: Begun): Promise<void> {
  await ask(path(sessionId, '/stop'), { method: 'POST', headers: { 'x-share-publisher': publisherToken } });
}

/** Which of one's own songs to play along with; `songId` is null until the item is in one's library. */
export const songToPlay = (code: string) => ask<{ itemId: string; songId: string | null }>(path(code, '/song'));

/** Take an item of the shared library into one's own; answers the song's id. */
export async function linkItem(itemId: string): Promise<string> {
  return (await ask<{ id: string }>(`/api/library/${encodeURIComponent(itemId)}/link`, { method: 'POST' })).id;
}

export const peopleIn = (code: string) => ask<{ listeners: number; names: string[] }>(path(code, '/people'));

export function qrOfSession(code: string): string {
  return apiAddress(path(code, '/qr.svg'));
}

export function publishAddress({ sessionId, publisherToken }: Begun): URL {
  const address = new URL(apiAddress(path(sessionId, '/publish'), { publisher: publisherToken }), location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  return address;
}

/** The words of a song as LRC; empty when it has none. */
export async function lrcOf(songId: string): Promise<string> {
  try {
    return await ask<string>(`/api/songs/${encodeURIComponent(songId)}/lyrics/export/lrc`);
  } catch (problem) {
    if (problem instanceof ApiProblem) return '';
    throw problem;
  }
}

export interface PastSession {
  sessionId: string;
  epoch: number;
  /** Milliseconds since 1970. */
  startTime: number;
  endTime: number | null;
  sessionDuration: number | null;
  peakListeners: number;
  uniqueListeners: number;
  songId: string | null;
}

/** One's own sessions, the newest first. */
export const pastSessions = () => ask<{ sessions: PastSession[] }>('/api/share-history').then((answer) => answer.sessions);
