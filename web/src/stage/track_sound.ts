/** One finished track on an <audio> element: for television browsers that cannot mix. */
import type { Mix } from '../mixer/mix';
import type { Sound, SoundNews } from '../player/audio/sound';

const SAMPLE_RATE = 44100;

export class TrackSound implements Sound {
  readonly sampleRate = SAMPLE_RATE;
  private readonly audio: HTMLAudioElement;

  constructor(address: string, news: SoundNews) {
    this.audio = new Audio(address);
    this.audio.preload = 'auto';
    this.audio.preservesPitch = true;
    this.audio.addEventListener('ended', () => news.ended());
  }

  get total(): number {
    return Math.round((this.audio.duration || 0) * SAMPLE_RATE);
  }

  async play(): Promise<void> {
    await this.audio.play();
  }

  pause(): void {
    this.audio.pause();
  }

  seek(seconds: number): void {
    this.audio.currentTime = seconds;
  }

  position(): number {
    return this.audio.currentTime;
  }

  setMix(mix: Mix): void {
    this.audio.playbackRate = mix.tempo;
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
    this.audio.pause();
    this.audio.removeAttribute('src');
    this.audio.load();
  }
}
