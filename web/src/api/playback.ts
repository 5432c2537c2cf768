/** What the mixer asks of the server: stems, their pictures, the analysis, the words. */
import { factsFrom, type SongFacts } from '../mixer/facts';
import { peaksFrom, type Peaks } from '../mixer/peaks';
import { apiAddress, ApiProblem, ask } from './client';

export interface StemFile {
  name: string;
  /** Where its exact samples lie, with byte ranges. */
  address: string;
}

export interface SongOnDesk {
  id: string;
  title: string;
  artist: string;
  duration: number;
  picture: string | null;
}

const song = (id: string, rest = ''): string => `/api/songs/${encodeURIComponent(id)}${rest}`;

export async function songOf(id: string): Promise<SongOnDesk> {
  const raw = await ask<Record<string, unknown>>(song(id));
  const text = (name: string): string => (typeof raw[name] === 'string' ? (raw[name] as string) : '');
  const duration = Number(raw.durationMs) / 1000 || Number(raw.duration) || 0;
  return { id, title: text('title') || id, artist: text('artist'), duration, picture: text('thumbnailUrl') ? apiAddress(text('thumbnailUrl')) : null };
}

/** The stems to mix. The whole recording is left out where there are parts of it. */
export async function stemsOf(id: string): Promise<StemFile[]> {
  const answer = await ask<{ stems: ({ name: string; url?: string } | string)[] }>(song(id, '/stems'));
  const named = answer.stems.map((stem) => (typeof stem === 'string' ? { name: stem } : stem));
  const parts = named.filter(({ name }) => name !== 'original');
  return (parts.length > 0 ? parts : named).map(({ name }) => ({ name, address: stemAddress(id, name, 'flac') }));
}

export function stemAddress(id: string, stem: string, format: string): string {
  return apiAddress(song(id, `/stems/${encodeURIComponent(stem)}.${format}`));
}

/** The mix as the server renders it, for browsers that cannot mix by themselves. */
export function mixAddress(id: string, query: Record<string, string>, format = 'opus'): string {
  return apiAddress(song(id, `/mix.${format}`), query);
}

export async function peaksOf(id: string, stem: string): Promise<Peaks> {
  return peaksFrom(await ask<unknown>(song(id, `/peaks/${encodeURIComponent(stem)}`)));
}

/** Every stem from start to end in forty steps, 0 to 127. */
export type Outline = Record<string, number[]>;

/** Those of many songs that are drawn already. */
export async function outlinesOf(ids: readonly string[]): Promise<Record<string, Outline>> {
  return ask<Record<string, Outline>>(`/api/outlines?${new URLSearchParams(ids.map((id) => ['id', id]))}`);
}

/** One song's; the server draws it now if nobody asked for it before. */
export const outlineOf = (id: string): Promise<Outline> => ask<Outline>(song(id, '/outline'));

/** What is known of the music; a song that was not analysed has no facts rather than an error. */
export async function factsOf(id: string, duration: number): Promise<SongFacts> {
  try {
    return factsFrom(await ask<unknown>(song(id, '/analysis')), duration);
  } catch (problem) {
    if (problem instanceof ApiProblem && problem.status === 404) return factsFrom(null, duration);
    throw problem;
  }
}

export type Correction = { kind: string } & Record<string, unknown>;
type Version = { version: number; proposal: boolean };

/** Put something right; the server keeps the version before. Answers the analysis as it is now, and its number. */
export async function correct(id: string, correction: Correction, duration: number): Promise<{ facts: SongFacts; version: number }> {
  const made = await ask<{ about: Version }>(song(id, '/analysis/corrections'), { method: 'POST', body: correction });
  return { facts: factsFrom(made, duration), version: made.about.version };
}

/** The analysis as it was before this version, as a new version. */
export async function takeBack(id: string, version: number, duration: number): Promise<SongFacts> {
  const all = await ask<Version[]>(song(id, '/analysis/versions'));
  const before = all.filter((each) => each.version < version && !each.proposal).at(-1)?.version ?? version;
  return factsFrom(await ask<unknown>(song(id, `/analysis/versions/${before}/revert`), { method: 'POST' }), duration);
}
