/** How long what waits in the tray will take here, asked once for each change. */
import { estimate, type Estimate, type Recipe } from '../api/adding';
import type { Piece } from './tray.svelte';

export class Estimating {
  answer = $state<Estimate | null>(null);

  /** Ask about these pieces; what is instant takes no time. Call in an $effect and return its answer. */
  about(pieces: readonly Piece[], recipe: Recipe): () => void {
    const seconds = pieces.filter((piece) => !piece.isInstant).reduce((sum, piece) => sum + piece.duration, 0);
    let wanted = true;
    if (seconds === 0) {
      this.answer = null;
      return () => undefined;
    }
    const timer = setTimeout(() => {
      estimate(seconds, recipe)
        .then((answer) => wanted && (this.answer = answer))
        .catch(() => wanted && (this.answer = null)); // No estimate is better than a made-up one.
    }, 150);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }
}
