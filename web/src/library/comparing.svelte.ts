/** Two recordings of the same length played as one, of which one is heard: changed over without a gap. */
import { flatMix, withStrip } from '../mixer/mix';
import { canMix } from '../player/audio/rendered_sound';

export type Side = 'A' | 'B';
export const SIDES: readonly Side[] = ['A', 'B'];

interface Pair {
  play(): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  position(): number;
  hear(side: Side): void;
  close(): void;
}

type News = { playing: (is: boolean) => void; broken: (reason: Error) => void };

/** In step to the sample, as the mixer plays stems. */
async function onDeck(addresses: Record<Side, string>, news: News): Promise<Pair> {
  const { DeckSound } = await import('../player/audio/deck_sound');
  const stems = SIDES.map((name) => ({ name, address: addresses[name] }));
  const sound = await DeckSound.open(stems, {
    report: ({ playing }) => news.playing(playing),
    ended: () => news.playing(false),
    stemFailed: (_stem, reason) => news.broken(reason),
  });
  const both = flatMix(SIDES);
  return {
    play: () => sound.play(),
    pause: () => sound.pause(),
    seek: (seconds) => sound.seek(seconds),
    position: () => sound.position(),
    hear: (side) => sound.setMix(withStrip(both, side === 'A' ? 'B' : 'A', { muted: true })),
    close: () => sound.close(),
  };
}

/** Where a page may not mix: two players begun together, one of them silent. */
function inTwoPlayers(addresses: Record<Side, string>, news: News): Pair {
  const [a, b] = [new Audio(addresses.A), new Audio(addresses.B)];
  for (const name of ['playing', 'pause', 'ended'] as const) a.addEventListener(name, () => news.playing(!a.paused && !a.ended));
  for (const one of [a, b]) one.addEventListener('error', () => one.src && news.broken(new Error(one.error?.message || 'unplayable')));
  return {
    play: async () => {
      b.currentTime = a.currentTime;
      await Promise.all([a.play(), b.play()]);
    },
    pause: () => [a, b].forEach((one) => one.pause()),
    seek: (seconds) => [a, b].forEach((one) => (one.currentTime = seconds)),
    position: () => a.currentTime,
    hear: (side) => [a.muted, b.muted] = [side === 'B', side === 'A'],
    close: () => [a, b].forEach((one) => (one.pause(), one.removeAttribute('src'), one.load())),
  };
}

export class Comparing {
  side = $state<Side>('A');
  playing = $state(false);
  position = $state(0);
  trouble = $state('');
  private pair: Promise<Pair> | null = null;
  private now: Pair | null = null;
  private clock: ReturnType<typeof setInterval> | undefined;

  /** Another part of the song, from the same place on. */
  load(addresses: Record<Side, string>): void {
    const wasPlaying = this.playing;
    this.close();
    const news: News = {
      playing: (is) => (this.playing = is),
      broken: (reason) => (this.trouble = reason.message),
    };
    const opening = canMix() ? onDeck(addresses, news) : Promise.resolve(inTwoPlayers(addresses, news));
    this.pair = opening;
    opening.then(
      (pair) => {
        if (this.pair !== opening) return pair.close();
        this.now = pair;
        pair.hear(this.side);
        pair.seek(this.position);
        this.clock = setInterval(() => this.playing && (this.position = pair.position()), 200);
        if (wasPlaying) void this.toggle();
      },
      (reason: unknown) => (this.trouble = reason instanceof Error ? reason.message : String(reason)),
    );
  }

  async toggle(): Promise<void> {
    const pair = await this.pair;
    if (this.playing) pair?.pause();
    else await pair?.play();
  }

  hear(side: Side): void {
    this.side = side;
    this.now?.hear(side);
  }

  seek(seconds: number): void {
    this.position = seconds;
    this.now?.seek(seconds);
  }

  close(): void {
    clearInterval(this.clock);
    this.now?.close();
    this.now = this.pair = null;
    this.playing = false;
    this.trouble = '';
  }
}
