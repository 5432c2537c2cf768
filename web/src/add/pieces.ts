/** Files sent in pieces: a broken connection costs one piece, and a closed page goes on when the file is chosen again. */
import { beginUpload, sendPiece, uploadSoFar, type Upload } from '../api/adding';
import { ApiProblem } from '../api/client';

/** Small enough for a phone on a bad line, large enough for a studio on a good one. */
const PIECE = 2 * 1024 * 1024;
const WAITS_MS = [500, 1000, 2000, 4000, 8000, 15_000, 30_000, 60_000];
const STORE = 'harmonix.uploads';

type Road = {
  begin: typeof beginUpload;
  soFar: typeof uploadSoFar;
  send: typeof sendPiece;
  rest: (ms: number) => Promise<void>;
  kept: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
};

const road: Road = {
  begin: beginUpload,
  soFar: uploadSoFar,
  send: sendPiece,
  rest: (ms) => new Promise((resolve) => {
    setTimeout(resolve, ms);
    addEventListener('online', () => resolve(), { once: true });
  }),
  kept: localStorage,
};

const nameOf = (file: File): string => `${STORE}/${file.name}/${file.size}/${file.lastModified}`;
const isBroken = (problem: unknown): boolean =>
  problem instanceof ApiProblem && (problem.isOffline || problem.status === 429 || problem.status >= 500);

/** Bring all of a file to the server; the answer names the upload. `progress` hears the share that has arrived. */
export async function sendInPieces(file: File, progress: (share: number) => void, signal: AbortSignal, by: Road = road): Promise<string> {
  let upload = await begun(file, signal, by);
  for (let tried = 0; upload.received < upload.size; ) {
    progress(upload.received / upload.size);
    const end = upload.received + Math.min(PIECE, upload.pieceBytes ?? PIECE);
    try {
      upload = await by.send(upload.id, upload.received, file.slice(upload.received, end), signal);
      tried = 0;
    } catch (problem) {
      const isElsewhere = problem instanceof ApiProblem && problem.status === 409;
      const wait = WAITS_MS[tried++];
      if ((!isBroken(problem) && !isElsewhere) || wait === undefined) throw problem;
      await by.rest(wait);
      upload = await by.soFar(upload.id, signal).catch((trouble: unknown) => {
        if (isBroken(trouble)) return upload;
        throw trouble;
      });
    }
  }
  progress(1);
  by.kept.removeItem(nameOf(file));
  return upload.id;
}

/** The upload this file was on before the page was closed, or a new one. */
async function begun(file: File, signal: AbortSignal, by: Road): Promise<Upload> {
  const known = by.kept.getItem(nameOf(file));
  if (known) {
    try {
      return await by.soFar(known, signal);
    } catch (problem) {
      if (!(problem instanceof ApiProblem && problem.status === 404)) throw problem;
    }
  }
  const upload = await by.begin(file, signal);
  by.kept.setItem(nameOf(file), upload.id);
  return upload;
}
