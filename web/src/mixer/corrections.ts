/** Putting right what was found in a song: everybody who has it sees it, and a press takes it back. */
import { correct, takeBack, type Correction } from '../api/playback';
import { toasts } from '../design/toasts.svelte';
import { desk } from './desk.svelte';
import { t } from './words';

const say = (trouble: unknown): number => toasts.bad(trouble instanceof Error ? trouble.message : String(trouble));

/** Send the correction and show what follows from it; `said` is the message. True when it was taken. */
export async function putRight(correction: Correction, said: string): Promise<boolean> {
  const { song } = desk.now;
  if (!song) return false;
  try {
    const { facts, version } = await correct(song.id, correction, song.duration);
    desk.setFacts(facts);
    toasts.good(said, { action: { label: t('undo'), run: () => void undo(song.id, version, song.duration) } });
    return true;
  } catch (trouble) {
    say(trouble);
    return false;
  }
}

async function undo(id: string, version: number, duration: number): Promise<void> {
  try {
    const facts = await takeBack(id, version, duration);
    if (desk.now.song?.id === id) desk.setFacts(facts);
  } catch (trouble) {
    say(trouble);
  }
}
