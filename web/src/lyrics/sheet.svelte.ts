/** The words on the table: what is shown, what was changed, what is saved. Unsaved work survives a closed page. */
import { ApiProblem } from '../api/client';
import { lyricsOf, saveLyrics } from '../api/lyrics';
import { documentOf, NO_WORDS, wordsFrom, type Words } from './document';
import { begin, changed, redone, undone, type History } from './history';

type State = {
  songId: string;
  status: 'empty' | 'loading' | 'ready' | 'failed';
  history: History<Words>;
  saved: Words;
  tag: string;
  saving: boolean;
  trouble: string;
  /** What somebody else saved while we were editing. */
  theirs: Words | null;
  hasDraft: boolean;
};

const FRESH: State = {
  songId: '',
  status: 'empty',
  history: begin(NO_WORDS),
  saved: NO_WORDS,
  tag: '',
  saving: false,
  trouble: '',
  theirs: null,
  hasDraft: false,
};

let state = $state.raw<State>(FRESH);
let resting: ReturnType<typeof setTimeout> | undefined;
const REST_MS = 300;
const STORE = 'harmonix.words.';

function set(change: Partial<State>): void {
  state = { ...state, ...change };
}

function say(trouble: unknown): string {
  return trouble instanceof Error ? trouble.message : String(trouble);
}

function keepDraft(): void {
  const { songId, history, saved } = state;
  try {
    if (history.now === saved) localStorage.removeItem(STORE + songId);
    else localStorage.setItem(STORE + songId, JSON.stringify(documentOf(history.now)));
  } catch {
    // A private window or a full store: the draft then lasts as long as the page.
  }
}

function draftOf(songId: string): Words | null {
  try {
    const kept = localStorage.getItem(STORE + songId);
    return kept ? wordsFrom(JSON.parse(kept)) : null;
  } catch {
    return null; // An unreadable draft is no draft.
  }
}

function put(history: History<Words>): void {
  set({ history });
  clearTimeout(resting);
  resting = setTimeout(keepDraft, REST_MS);
}

export const sheet = {
  get now(): State {
    return state;
  },
  get words(): Words {
    return state.history.now;
  },
  get isChanged(): boolean {
    return state.history.now !== state.saved;
  },
  async open(songId: string): Promise<void> {
    if (state.songId === songId && state.status === 'ready') return;
    set({ ...FRESH, songId, status: 'loading' });
    try {
      const kept = await lyricsOf(songId);
      if (state.songId !== songId) return;
      const words = kept?.words ?? NO_WORDS;
      const draft = draftOf(songId);
      const history = draft ? changed(begin(words), draft) : begin(words);
      set({ status: 'ready', saved: words, tag: kept?.tag ?? '', history, hasDraft: draft !== null });
    } catch (trouble) {
      if (state.songId === songId) set({ status: 'failed', trouble: say(trouble) });
    }
  },
  /** Read the words again, as after an alignment. */
  async refresh(): Promise<void> {
    const { songId } = state;
    state = { ...FRESH };
    await sheet.open(songId);
  },
  change: (words: Words, gesture = ''): void => put(changed(state.history, words, gesture)),
  undo: (): void => put(undone(state.history)),
  redo: (): void => put(redone(state.history)),
  discard(): void {
    put(begin(state.saved));
    set({ hasDraft: false });
  },
  /** True when it is saved. A conflict is kept to be shown; any other trouble leaves the words as they are. */
  async save(): Promise<boolean> {
    const mine = state.history.now;
    set({ saving: true, trouble: '' });
    try {
      const kept = await saveLyrics(state.songId, mine, state.tag);
      const isStill = state.history.now === mine;
      set({ saving: false, saved: isStill ? mine : kept.words, tag: kept.tag, hasDraft: false });
      keepDraft();
      return true;
    } catch (trouble) {
      set({ saving: false, trouble: say(trouble) });
      if (trouble instanceof ApiProblem && trouble.isConflict) await meet();
      return false;
    }
  },
  keepMine: async (): Promise<boolean> => {
    set({ theirs: null });
    return sheet.save();
  },
  takeTheirs(): void {
    if (state.theirs) set({ history: changed(state.history, state.theirs), saved: state.theirs, theirs: null });
    keepDraft();
  },
};

/** Fetch what the other one saved, and its tag, so that keeping ours is a choice made knowingly. */
async function meet(): Promise<void> {
  const kept = await lyricsOf(state.songId);
  if (kept) set({ theirs: kept.words, tag: kept.tag, trouble: '' });
}
