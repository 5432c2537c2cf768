/** Songs that are gone from the page and not yet from the server: the time in which "Undo" works. */
import { deleteSong } from '../api/songs';
import type { Song } from '../api/types';
import { toasts } from '../design/toasts.svelte';
import { t } from './words';

let gone = $state.raw<ReadonlySet<string>>(new Set());

export const removal = {
  has: (songId: string): boolean => gone.has(songId),
  get count() {
    return gone.size;
  },
  /** Take a song off the page now and off the server when nobody wants it back. */
  remove(song: Song, after: () => void): void {
    gone = new Set(gone).add(song.id);
    const back = () => {
      const rest = new Set(gone);
      rest.delete(song.id);
      gone = rest;
    };
    toasts.undoable(t('deleted', { title: song.title }), t('undo'), {
      undo: back,
      commit: () => {
        deleteSong(song.id)
          .then(after)
          .catch((problem: unknown) => toasts.bad(problem instanceof Error ? problem.message : String(problem)))
          .finally(back);
      },
    });
  },
};
