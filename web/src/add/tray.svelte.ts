/** What is about to be added, with the settings it will be made with. It survives walking through the studio. */
import * as api from '../api/adding';
import type { Recipe } from '../api/adding';
import { ApiProblem } from '../api/client';
import type { VideoHit } from '../api/types';
import { jobs } from '../queue/jobs.svelte';
import { durationOf, hashOf } from './files';
import { nameOf, videoIdOf } from './links';
import { sendInPieces } from './pieces';

export type Piece = {
  id: number;
  name: string;
  about: string;
  duration: number;
  picture: string | null;
  isInstant: boolean;
  state: 'waiting' | 'sending' | 'done' | 'failed';
  /** How much of a file is on its way, 0 to 1. */
  share: number;
  problem: unknown;
  songId: string;
  /** SHA-256 of a file, once it is known: the library may have it already. */
  hash: string;
  from: { file: File } | { link: string };
};

const STORE = 'harmonix.recipe';
const AT_ONCE = 2;
/** A broken connection is tried again this often before the piece is marked as failed. */
const TRIES = 3;

const usual: Recipe = { mode: 'grouped', quality: 'balanced', stems: ['guitar', 'piano'], engine: 'auto' };

function stored(): Recipe {
  try {
    return { ...usual, ...(JSON.parse(localStorage.getItem(STORE) ?? '{}') as Partial<Recipe>) };
  } catch {
    return usual; // Nothing was kept, or somebody else wrote there: the usual settings do.
  }
}

let pieces = $state<Piece[]>([]);
let recipe = $state<Recipe>(stored());
let nextId = 1;
const stops = new Map<number, AbortController>();

function put(name: string, from: Piece['from'], more: Partial<Piece> = {}): Piece {
  pieces.push({
    id: nextId++, name, about: '', duration: 0, picture: null, isInstant: false, state: 'waiting', share: 0, problem: null, songId: '', hash: '', from, ...more,
  });
  return pieces[pieces.length - 1] as Piece;
}

async function lookAt(piece: Piece, link: string): Promise<void> {
  try {
    const facts = await api.lookAt(link);
    if (!facts.valid) throw new ApiProblem(400, facts.error ?? link);
    Object.assign(piece, { name: facts.title || link, about: facts.uploader ?? '', duration: facts.duration ?? 0, picture: facts.thumbnail ?? null });
  } catch (problem) {
    // Only what the server understood and refused is a fault of the link; the rest is found out when it is sent.
    if (problem instanceof ApiProblem && problem.status === 400) Object.assign(piece, { state: 'failed', problem });
  }
}

async function send(piece: Piece): Promise<void> {
  const stop = new AbortController();
  stops.set(piece.id, stop);
  Object.assign(piece, { state: 'sending', share: 0, problem: null });
  try {
    const answer = await begin(piece, stop.signal);
    Object.assign(piece, { state: 'done', share: 1, isInstant: answer.instant ?? false, songId: answer.songId ?? '' });
  } catch (problem) {
    if (!stop.signal.aborted) Object.assign(piece, { state: 'failed', problem });
  } finally {
    stops.delete(piece.id);
  }
}

async function addFile(piece: Piece, file: File, signal: AbortSignal): Promise<api.Begun> {
  if (piece.isInstant && piece.hash) {
    try {
      return await api.takeKnownFile(file.name, piece.hash, recipe);
    } catch (problem) {
      if (!(problem instanceof ApiProblem && problem.status === 404)) throw problem; // It went since: send it.
    }
  }
  return api.finishUpload(await sendInPieces(file, (share) => (piece.share = share), signal), recipe, signal);
}

async function begin(piece: Piece, signal: AbortSignal): Promise<api.Begun> {
  for (let tried = 1; ; tried++) {
    try {
      if ('link' in piece.from) return await api.addLink(piece.from.link, recipe);
      return await addFile(piece, piece.from.file, signal);
    } catch (problem) {
      const isBroken = problem instanceof ApiProblem && (problem.isOffline || problem.status === 503);
      if (!isBroken || tried >= TRIES) throw problem;
      await new Promise((resolve) => setTimeout(resolve, 1000 * 2 ** tried));
    }
  }
}

export const addressOf = (video: VideoHit): string => video.url ?? `https://www.youtube.com/watch?v=${video.id}`;

export const tray = {
  get pieces() {
    return pieces;
  },
  get waiting() {
    return pieces.filter((piece) => piece.state === 'waiting' || piece.state === 'failed');
  },
  get recipe() {
    return recipe;
  },
  choose(change: Partial<Recipe>) {
    recipe = { ...recipe, ...change };
    try {
      localStorage.setItem(STORE, JSON.stringify(recipe));
    } catch {
      // Storage may be off; the choice then lasts as long as the page.
    }
  },
  addFiles(files: readonly File[]) {
    for (const file of files) {
      const piece = put(nameOf(file.name), { file }, { about: file.name });
      void durationOf(file).then((duration) => (piece.duration = duration));
      void hashOf(file).then((hash) => (piece.hash = hash));
    }
  },
  addLinks(links: readonly string[]) {
    const known = new Set(pieces.map((piece) => ('link' in piece.from ? piece.from.link : '')));
    for (const link of links.filter((one) => !known.has(one))) void lookAt(put(link, { link }), link);
  },
  addVideo(video: VideoHit) {
    const link = addressOf(video);
    if (pieces.some((piece) => 'link' in piece.from && videoIdOf(piece.from.link) === video.id)) return;
    put(video.title, { link }, { about: video.channel ?? '', duration: video.duration ?? 0, picture: video.thumbnail ?? null });
  },
  holds: (videoId: string) => pieces.some((piece) => 'link' in piece.from && videoIdOf(piece.from.link) === videoId),
  take(id: number) {
    stops.get(id)?.abort();
    pieces = pieces.filter((piece) => piece.id !== id);
  },
  clearDone() {
    pieces = pieces.filter((piece) => piece.state !== 'done');
  },
  /** Send everything that waits, a few at a time. */
  async start(): Promise<void> {
    const line = [...tray.waiting];
    const lane = async () => {
      for (let piece = line.shift(); piece; piece = line.shift()) await send(piece);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    await jobs.load();
  },
};
