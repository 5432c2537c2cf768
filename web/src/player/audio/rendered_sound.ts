/** Sound from a mix that the server rendered: for browsers without an audio thread of ours (plain HTTP in a network). */
import { mixAddress } from '../../api/playback';
import type { TimeSpan } from '../../mixer/beats';
import { queryOf } from '../../mixer/link';
import { heardGain, type Mix } from '../../mixer/mix';
import type { Sound, SoundNews } from './sound';

const SAMPLE_RATE = 44100;
const SETTLE_MS = 600;

/** Whether this browser lets a page mix by itself. Audio worklets exist only on secure pages: HTTPS or this machine. */
export function canMix(): boolean {
  return typeof AudioContext !== 'undefined' && typeof AudioWorkletNode !== 'undefined' && isSecureContext;
}

export class RenderedSound implements Sound {
  readonly sampleRate = SAMPLE_RATE;
  private readonly audio = new Audio();
  private loop: TimeSpan | null = null;
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private address = '';
  /** It should sound: at once, or as soon as there is a mix. */
  private isWanted = false;

  constructor(
    private readonly songId: string,
    private readonly duration: number,
    private readonly news: SoundNews,
  ) {
    this.audio.preload = 'auto';
    this.audio.preservesPitch = true;
    for (const name of ['timeupdate', 'playing', 'pause', 'waiting', 'seeked'] as const) this.audio.addEventListener(name, () => this.tell());
    this.audio.addEventListener('ended', () => {
      this.isWanted = false;
      news.ended();
    });
    this.audio.addEventListener('error', () => this.audio.src && news.stemFailed('', new Error(this.audio.error?.message || 'The mix could not be played.')));
  }

  get total(): number {
    return Math.round(this.duration * SAMPLE_RATE);
  }

  async play(): Promise<void> {
    this.isWanted = true;
    if (this.audio.src) await this.sound();
  }

  pause(): void {
    this.isWanted = false;
    this.audio.pause();
  }

  seek(seconds: number): void {
    this.audio.currentTime = seconds;
  }

  position(): number {
    return this.audio.currentTime;
  }

  /** Tempo is the browser's; everything else is rendered anew, once the hands have left the faders. */
  setMix(mix: Mix): void {
    this.audio.playbackRate = mix.tempo;
    const query = queryOf({ mix: { ...mix, tempo: 1 }, loop: null, start: 0 }, []);
    const silent = Object.keys(mix.strips).every((stem) => heardGain(mix, stem) === 0);
    this.audio.muted = silent;
    const address = mixAddress(this.songId, query);
    if (address === this.address || silent) return;
    clearTimeout(this.waiting);
    const isFirst = this.address === '';
    this.address = address;
    if (isFirst) this.load(address);
    else this.waiting = setTimeout(() => this.load(address), SETTLE_MS);
  }

  setLoop(span: TimeSpan | null): void {
    this.loop = span;
  }

  /** A metronome that is not on the audio clock would be worse than none. */
  setTicks(): void {}

  setVolume(volume: number): void {
    this.audio.volume = volume;
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

  private load(address: string): void {
    const { currentTime, playbackRate } = this.audio;
    this.audio.src = address;
    this.audio.currentTime = currentTime;
    this.audio.playbackRate = playbackRate;
    if (this.isWanted) this.sound().catch((refused: unknown) => this.news.stemFailed('', refused as Error));
  }

  private async sound(): Promise<void> {
    try {
      await this.audio.play();
    } catch (refused) {
      // Paused, or loaded anew, before it began: whoever did that knows how to go on.
      if (!(refused instanceof DOMException && refused.name === 'AbortError')) throw refused;
    }
  }

  private tell(): void {
    const { currentTime, paused, ended, readyState, playbackRate } = this.audio;
    if (this.loop && currentTime >= this.loop.to && currentTime < this.loop.to + 1) this.audio.currentTime = this.loop.from;
    const starved = !paused && readyState < HTMLMediaElement.HAVE_FUTURE_DATA;
    this.news.report({ position: currentTime * SAMPLE_RATE, playing: !paused && !ended, starved, counting: false, rate: playbackRate });
  }
}
