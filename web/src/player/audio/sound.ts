/** What the desk needs of whatever makes the sound. Places in seconds. */
import type { Mix } from '../../mixer/mix';
import type { TimeSpan } from '../../mixer/beats';
import type { DeckReport, CountIn } from './protocol';
import type { Tick } from './clicks';

export interface Sound {
  readonly sampleRate: number;
  /** Samples of the whole song. */
  readonly total: number;
  play(countIn?: CountIn): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  position(): number;
  setMix(mix: Mix): void;
  setLoop(span: TimeSpan | null): void;
  setTicks(ticks: Tick[], level: number): void;
  setVolume(volume: number): void;
  /** Peak of a stem just now, 0 to 1; the whole mix for no name. */
  level(stem?: string): number;
  close(): void;
}

export interface SoundNews {
  report(report: DeckReport): void;
  ended(): void;
  stemFailed(stem: string, reason: Error): void;
}

export class AudioRefusedError extends Error {}

const PATIENCE_MS = 2000;

/** Wake the audio output; a browser that wants a tap first never answers, so wait no longer than that. */
export async function wake(context: AudioContext): Promise<void> {
  if (context.state === 'running') return;
  const refused = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new AudioRefusedError('The browser did not start its sound. Press play once more.')), PATIENCE_MS);
  });
  await Promise.race([context.resume(), refused]);
}
