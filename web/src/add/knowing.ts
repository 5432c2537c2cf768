/** Which of the waiting pieces the library has in the chosen recipe: said before anybody presses start. */
import { instant, type Recipe } from '../api/adding';
import { ApiProblem } from '../api/client';
import type { Piece } from './tray.svelte';

/** Ask about these pieces and note the answer on them. Call in an $effect and return its answer. */
export function noteInstant(pieces: readonly Piece[], recipe: Recipe): () => void {
  const links = new Map(pieces.flatMap((piece) => ('link' in piece.from ? [[piece.from.link, piece] as const] : [])));
  const files = new Map(pieces.flatMap((piece) => (piece.hash ? [[piece.hash, piece] as const] : [])));
  let wanted = links.size + files.size > 0;
  const timer = setTimeout(async () => {
    if (!wanted) return;
    try {
      const known = await instant([...links.keys()], [...files.keys()], recipe);
      if (!wanted) return;
      for (const [link, piece] of links) piece.isInstant = known.links.includes(link);
      for (const [hash, piece] of files) piece.isInstant = known.files.includes(hash);
    } catch (trouble) {
      if (!(trouble instanceof ApiProblem)) throw trouble; // No promise is better than a made-up one.
    }
  }, 150);
  return () => {
    wanted = false;
    clearTimeout(timer);
  };
}
