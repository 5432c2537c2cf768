/** Chooses what makes the sound: the deck where the browser can, the server's mix where it cannot. */
import type { StemFile } from '../api/playback';
import type { DeckReport } from '../player/audio/protocol';
import { canMix, RenderedSound } from '../player/audio/rendered_sound';
import type { Sound, SoundNews } from '../player/audio/sound';
import type { EngineNews } from '../shell/player.svelte';

export interface Opened {
  sound: Sound;
  /** True when the server mixes: no metronome, and faders act after a moment. */
  isRendered: boolean;
}

type Listener = { tell: (news: EngineNews) => void; broken: (stem: string, reason: Error) => void };

/** Fetch what will make the sound while the song is still being asked for. */
export function soundIsWanted(): void {
  // What goes wrong is said where the sound is opened.
  if (canMix()) import('../player/audio/deck_sound').catch(() => undefined);
}

/** `start`: the seconds where play will begin, as far as that is known when reading begins. */
export async function openSound(
  { songId, stems, duration, start }: { songId: string; stems: readonly StemFile[]; duration: number; start: () => number },
  listener: Listener,
): Promise<Opened> {
  const news = newsFor(listener);
  if (!canMix()) return { sound: new RenderedSound(songId, duration, news), isRendered: true };
  const { DeckSound } = await import('../player/audio/deck_sound');
  const sound = await DeckSound.open(stems, news, { start });
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
