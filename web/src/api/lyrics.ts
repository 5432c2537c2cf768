/** Words over the API, with the tag that tells whether somebody else has saved meanwhile. */
import { documentOf, wordsFrom, type Provenance, type Words } from '../lyrics/document';
import { apiAddress, ApiProblem, ask, askTagged } from './client';
import type { Job } from './types';

export interface KeptWords {
  words: Words;
  /** The ETag of what was read. */
  tag: string;
}

const path = (id: string, rest = ''): string => `/api/songs/${encodeURIComponent(id)}/lyrics${rest}`;

/** The song's words, or null when it has none. */
export async function lyricsOf(id: string): Promise<KeptWords | null> {
  try {
    const { answer, tag } = await askTagged<unknown>(path(id));
    return { words: wordsFrom(lyricsIn(answer)), tag };
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 404) return null;
    throw problem;
  }
}

/** Save; throws an ApiProblem with `isConflict` when the words are no longer those of `tag`. */
export async function saveLyrics(id: string, words: Words, tag: string): Promise<KeptWords> {
  const headers: Record<string, string> = tag ? { 'if-match': tag } : { 'if-none-match': '*' };
  const kept = await askTagged<unknown>(path(id), { method: 'PUT', body: documentOf(words), headers });
  return { words: wordsFrom(lyricsIn(kept.answer)), tag: kept.tag };
}

/** Have the time of every word of a text found in the vocals; without a text, of the words that are there. */
export async function align(id: string, text = ''): Promise<Job> {
  return (await ask<{ job: Job }>(path(id, '/align'), { method: 'POST', body: { text } })).job;
}

/** Have what is sung written down. */
export async function transcribe(id: string): Promise<Job> {
  return (await ask<{ job: Job }>(path(id, '/transcribe'), { method: 'POST', body: {} })).job;
}

/** Look the words up on the web; what is found is kept, or offered where something better is there. */
export async function lookUp(id: string): Promise<{ applied: boolean }> {
  return ask<{ applied: boolean }>(path(id, '/fetch'), { method: 'POST' });
}

export interface Version {
  version: number;
  author: string;
  made_at: string;
  state: 'applied' | 'proposed' | 'accepted' | 'declined';
  note: string;
  base: number;
  provenance: Provenance | null;
}

export interface BriefLine {
  text: string;
  start: number | null;
}

export interface Change {
  kind: 'changed' | 'removed' | 'added' | 'retimed' | 'relabelled';
  line: number;
  before: BriefLine[];
  after: BriefLine[];
}

/** Every version there is, the newest first. */
export const versionsOf = (id: string): Promise<Version[]> =>
  ask<{ versions: Version[] }>(path(id, '/versions')).then((answer) => answer.versions);

/** What version `to` has other than version `from`. */
export const changesBetween = (id: string, from: number, to: number): Promise<Change[]> =>
  ask<{ changes: Change[] }>(path(id, `/versions/${to}/changes?since=${from}`)).then((answer) => answer.changes);

export async function decide(id: string, version: number, verb: 'revert' | 'accept' | 'decline'): Promise<void> {
  await ask(path(id, `/versions/${version}/${verb}`), { method: 'POST' });
}

/** Bring in a lyrics file of any known format; the server keeps it as a new version, or offers it. */
export async function importFile(id: string, file: File): Promise<void> {
  await ask(path(id, '/import'), { method: 'POST', body: { name: file.name, text: await file.text() } });
}

export const FORMATS = ['lrc', 'elrc', 'lyricsfile', 'srt', 'vtt', 'ass', 'ttml', 'ultrastar', 'txt'] as const;

export function exportAddress(id: string, format: string): string {
  return apiAddress(path(id, `/export/${format}`));
}

function lyricsIn(answer: unknown): unknown {
  return typeof answer === 'object' && answer !== null && 'lyrics' in answer ? answer.lyrics : answer;
}
