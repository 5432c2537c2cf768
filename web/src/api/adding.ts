/** Asking for songs over the API. */
import { ApiProblem, apiAddress, ask } from './client';
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

/** What is behind a link, before anything is fetched. */
export type LinkFacts = { valid: boolean; title?: string; duration?: number; uploader?: string; thumbnail?: string; inLibrary?: boolean; error?: string };
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

/** Send a file; `progress` hears the share that is on its way, 0 to 1. */
export function addFile(file: File, recipe: Recipe, progress: (share: number) => void, signal: AbortSignal): Promise<Begun> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fieldsOf(recipe))) form.set(name, value);
  form.set('file', file, file.name);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', apiAddress('/upload'));
    request.setRequestHeader('x-requested-with', 'harmonix-studio');
    request.setRequestHeader('accept', 'application/json');
    request.responseType = 'json';
    request.upload.onprogress = (event) => event.lengthComputable && progress(event.loaded / event.total);
    request.onload = () => {
      const body = (request.response ?? {}) as Answered & { detail?: string; error?: string; advice?: string; code?: string };
      if (request.status < 300) resolve(begun(body));
      else reject(new ApiProblem(request.status, body.detail ?? body.error ?? `${request.status}`, body.advice ?? '', body.code ?? ''));
    };
    request.onerror = () => reject(new ApiProblem(0, 'The server cannot be reached.'));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
