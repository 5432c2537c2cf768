/** The song mixed by the server, on an <audio> element: for television browsers that cannot mix. */
import { queryOf } from '../mixer/link';
import type { Mix } from '../mixer/mix';
import type { Sound, SoundNews } from '../player/audio/sound';

const SAMPLE_RATE = 44100;
const SETTLE_MS = 600;
const AGAIN_MS = 2000;

export class TrackSound implements Sound {
  readonly sampleRate = SAMPLE_RATE;
  private readonly audio = new Audio();
  private address = '';
  private isAsked = false;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly addressOf: (query: Record<string, string>) => string,
    news: SoundNews,
  ) {
    this.audio.preload = 'auto';
    this.audio.preservesPitch = true;
    this.audio.addEventListener('ended', () => news.ended());
    this.audio.addEventListener('error', () => this.again());
  }

  get total(): number {
    return Math.round((this.audio.duration || 0) * SAMPLE_RATE);
  }

  async play(): Promise<void> {
    this.isAsked = true;
    await this.audio.play();
  }

  pause(): void {
    this.isAsked = false;
    this.audio.pause();
  }

  seek(seconds: number): void {
    this.audio.currentTime = seconds;
  }

  position(): number {
    return this.audio.currentTime;
  }

  /** Tempo is the browser's; key and guide voice are rendered anew, once nobody turns at them any more. */
  setMix(mix: Mix): void {
    this.audio.playbackRate = mix.tempo;
    const address = this.addressOf(queryOf({ mix: { ...mix, tempo: 1 }, loop: null, start: 0 }, []));
    if (address === this.address) return;
    const isFirst = this.address === '';
    this.address = address;
    clearTimeout(this.waiting);
    if (isFirst) this.audio.src = address;
    else this.waiting = setTimeout(() => this.change(address), SETTLE_MS);
  }

  setLoop(): void {}

  setTicks(): void {}

  setVolume(volume: number): void {
    this.audio.volume = Math.min(1, volume);
  }

  level(): number {
    return 0;
  }

  close(): void {
    clearTimeout(this.waiting);
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.audio.load();
  }

  /** What a cut of the network stopped goes on where it was; the stage's clock then puts it in its place. */
  private again(): void {
    if (!this.audio.src) return;
    const { currentTime, playbackRate } = this.audio;
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => {
      this.audio.src = this.address;
      this.audio.currentTime = currentTime;
      this.audio.playbackRate = playbackRate;
      if (this.isAsked) void this.audio.play().catch(() => undefined); // Not there yet: the next error asks again.
    }, AGAIN_MS);
  }

  /** The old key plays on until the new one can; the stage's clock puts it in its place. */
  private change(address: string): void {
    const next = new Audio(address);
    next.preload = 'auto';
    next.addEventListener('canplay', () => {
      if (address !== this.address) return;
      const { paused, playbackRate, currentTime } = this.audio;
      this.audio.src = address;
      this.audio.currentTime = currentTime;
      this.audio.playbackRate = playbackRate;
      if (!paused) void this.audio.play();
    }, { once: true });
    next.load();
  }
}
