/** Chooses what makes the sound: the deck where the browser can, the server's mix where it cannot. */
import type { StemFile } from '../api/playback';
import type { Output } from '../player/audio/output';
import type { DeckReport } from '../player/audio/protocol';
import { canMix, RenderedSound } from '../player/audio/rendered_sound';
import type { Sound, SoundNews } from '../player/audio/sound';
import type { StemSource } from '../player/audio/sources';
import type { EngineNews } from '../shell/player.svelte';

export interface Opened {
  sound: Sound;
  /** True when the server mixes: no metronome, and faders act after a moment. */
  isRendered: boolean;
}

type Listener = { tell: (news: EngineNews) => void; broken: (stem: string, reason: Error) => void };

/** What was opened for a song whose page is still being asked for. */
type Ahead = { stems: readonly StemFile[]; output: Output; opening: readonly Promise<StemSource>[] };
let ahead: Promise<Ahead | null> = Promise.resolve(null);

/** Fetch the programs that make the sound, for a song that somebody may choose. */
export function fetchPrograms(): void {
  // What goes wrong is said where the sound is opened.
  if (canMix()) import('../player/audio/deck_sound').then(({ Output }) => Output.fetchProgram(), () => undefined);
}

/** A song was chosen: open the way out at once, and its stems as soon as they are named. */
export function soundIsWanted(asked: Promise<readonly StemFile[]>): void {
  soundIsNotWanted();
  if (canMix()) ahead = openAhead(asked).catch(() => null);
}

/** Nothing came of it: no audio thread is left running. */
export function soundIsNotWanted(): void {
  void ahead.then((opened) => opened?.output.close());
  ahead = Promise.resolve(null);
}

async function openAhead(asked: Promise<readonly StemFile[]>): Promise<Ahead> {
  const { Output, openStems } = await import('../player/audio/deck_sound');
  const output = new Output();
  try {
    const stems = await asked;
    return { stems, output, opening: openStems(stems, output) };
  } catch (reason) {
    output.close();
    throw reason;
  }
}

async function takeAhead(stems: readonly StemFile[]): Promise<Partial<Ahead>> {
  const opened = await ahead;
  if (opened?.stems !== stems) return {};
  ahead = Promise.resolve(null);
  return opened;
}

/** `start`: the seconds where play will begin, as far as that is known when reading begins. */
export async function openSound(
  { songId, stems, duration, start }: { songId: string; stems: readonly StemFile[]; duration: number; start: () => number },
  listener: Listener,
): Promise<Opened> {
  const news = newsFor(listener);
  if (!canMix()) return { sound: new RenderedSound(songId, duration, news), isRendered: true };
  const { DeckSound } = await import('../player/audio/deck_sound');
  const sound = await DeckSound.open(stems, news, { start, ...(await takeAhead(stems)) });
  listener.tell({ duration: sound.total / sound.sampleRate });
  return { sound, isRendered: false };
}

function newsFor({ tell, broken }: Listener): SoundNews {
  return {
    report: (report) => tell(toldOf(report)),
    ended: () => tell({ playing: false, ended: true }),
    stemFailed: broken,
  };
}

function toldOf({ position, playing, starved }: DeckReport): EngineNews {
  return { position: position / 44100, playing, waiting: playing && starved };
}
