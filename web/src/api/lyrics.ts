/** Words over the API, with the tag that tells whether somebody else has saved meanwhile. */
import { documentOf, wordsFrom, type Words } from '../lyrics/document';
import { apiAddress, ApiProblem, ask, askTagged } from './client';

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

/** Find the time of every word of a text in the vocals. The answer may be an offer that was not applied. */
export async function align(id: string, text: string): Promise<{ applied: boolean }> {
  const answer = await ask<{ applied?: boolean; state?: string }>(path(id, '/align'), { method: 'POST', body: { text } });
  return { applied: answer.applied ?? answer.state !== 'proposed' };
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
