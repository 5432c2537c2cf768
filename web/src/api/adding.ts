/** Asking for songs over the API. */
import { ask } from './client';
import type { InstantAnswer, UploadAnswer } from './schema';
import type { Mode, Quality, VideoHit } from './types';

export type Recipe = { mode: Mode; quality: Quality; stems: readonly string[]; engine: string };
/** Engines that can be asked for by name; one that is not installed says so, and what to install. */
export const ENGINES = ['embedded', 'onnx', 'demucs'] as const;

export type Begun = { jobId: string; songId?: string; status: string; instant?: boolean; message?: string };
type Answered = { job_id?: string; jobId?: string; songId?: string; song_id?: string; status: string; instant?: boolean; message?: string };

const begun = (answer: Answered): Begun => {
  const songId = answer.songId ?? answer.song_id;
  return { ...answer, jobId: answer.jobId ?? answer.job_id ?? '', ...(songId ? { songId } : {}) };
};

const fieldsOf = (recipe: Recipe) => ({
  mode: recipe.mode,
  quality: recipe.quality,
  ...(recipe.engine !== 'auto' ? { engine: recipe.engine } : {}),
  ...(recipe.mode === 'per_instrument' ? { instruments: recipe.stems.join(',') } : {}),
});

export const demo = () => ask<unknown>('/api/demo', { method: 'POST' });

export const addLink = (url: string, recipe: Recipe) =>
  ask<Answered>('/upload-url', { method: 'POST', body: { url, ...fieldsOf(recipe) } }).then(begun);

/** A song made once more in another recipe, from the recording that is here. */
export const makeAgain = (songId: string, recipe: Recipe) =>
  ask<Answered>(`/api/songs/${encodeURIComponent(songId)}/again`, { method: 'POST', body: fieldsOf(recipe) }).then(begun);

/** What is behind a link, before anything is fetched. */
export type LinkFacts = { valid: boolean; title?: string; duration?: number; uploader?: string; thumbnail?: string; error?: string };
export const lookAt = (url: string) => ask<LinkFacts>('/validate-url', { method: 'POST', body: { url } });

export const searchVideos = (query: string, signal: AbortSignal) =>
  ask<{ data: VideoHit[] }>('/api/youtube/search', { query: { query, maxResults: 12 }, signal }).then((answer) => answer.data);

export const playlistOf = (url: string) =>
  ask<{ videos: VideoHit[] }>('/api/youtube/playlist', { query: { url } }).then((answer) => answer.videos);

export type Estimate = { low: number; high: number; basis: string };
type EstimateAnswer = { total_seconds: number | null; low_seconds?: number | null; high_seconds?: number | null; basis?: string };

/** How long a recording of so many seconds will take here; null while this machine has too little history to say. */
export async function estimate(duration: number, recipe: Recipe): Promise<Estimate | null> {
  const answer = await ask<EstimateAnswer>('/estimate', { method: 'POST', body: { duration, ...fieldsOf(recipe) } });
  const total = answer.total_seconds;
  if (total === null) return null;
  return { low: answer.low_seconds ?? total * 0.7, high: answer.high_seconds ?? total * 1.5, basis: answer.basis ?? '' };
}

/** A file on its way in; the next piece begins at `received`. */
export type Upload = UploadAnswer;
const upload = (id: string) => `/api/uploads/${encodeURIComponent(id)}`;

export const beginUpload = (file: File, signal: AbortSignal) =>
  ask<Upload>('/api/uploads', { method: 'POST', body: { name: file.name.slice(-200), size: file.size }, signal });
export const uploadSoFar = (id: string, signal: AbortSignal) => ask<Upload>(upload(id), { signal });
export const sendPiece = (id: string, offset: number, piece: Blob, signal: AbortSignal) =>
  ask<Upload>(upload(id), { method: 'PATCH', query: { offset }, body: piece, headers: { 'content-type': 'application/octet-stream' }, signal });
export const finishUpload = (id: string, recipe: Recipe, signal: AbortSignal) =>
  ask<Answered>(`/api/uploads/${encodeURIComponent(id)}/finish`, { method: 'POST', body: fieldsOf(recipe), signal }).then(begun);

/** Which links and files (by hash) the library has in this recipe already. */
export const instant = (links: readonly string[], files: readonly string[], recipe: Recipe) =>
  ask<InstantAnswer>('/api/instant', { method: 'POST', body: { links, files, ...fieldsOf(recipe) } });
export const takeKnownFile = (name: string, sha256: string, recipe: Recipe) =>
  ask<Answered>('/api/instant/file', { method: 'POST', body: { name: name.slice(-200), sha256, ...fieldsOf(recipe) } }).then(begun);
