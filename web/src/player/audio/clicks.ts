/** The metronome's sound, laid exactly on the song's beats: it follows the transport, never a timer. */

export interface Tick {
  /** Place in the song, in samples. */
  at: number;
  accent: boolean;
}

interface Ringing {
  sound: Float32Array;
  /** Next sample to give; negative while the click is still ahead. */
  next: number;
}

const ACCENT_HZ = 1760;
const BEAT_HZ = 1174.66;
const LENGTH_SECONDS = 0.06;
const DECAY_SECONDS = 0.012;

export class Clicks {
  private ticks: readonly Tick[] = [];
  private ringing: Ringing[] = [];
  private readonly accent: Float32Array;
  private readonly beat: Float32Array;

  constructor(sampleRate: number) {
    this.accent = tone(ACCENT_HZ, 0.9, sampleRate);
    this.beat = tone(BEAT_HZ, 0.6, sampleRate);
  }

  /** Ticks must be in order. An empty list switches the metronome off. */
  setTicks(ticks: readonly Tick[]): void {
    this.ticks = ticks;
  }

  /** Start what falls between two places of the song that are heard from output sample `offset` on, at `rate`. */
  hear(from: number, to: number, offset: number, rate: number): void {
    for (let index = firstFrom(this.ticks, from); index < this.ticks.length; index++) {
      const tick = this.ticks[index];
      if (!tick || tick.at >= to) return;
      this.strike(tick.accent, offset + Math.round((tick.at - from) / rate));
    }
  }

  /** Start a click so many output samples from now. */
  strike(accent: boolean, offset: number): void {
    this.ringing.push({ sound: accent ? this.accent : this.beat, next: -offset });
  }

  hush(): void {
    this.ringing = [];
  }

  render(output: Float32Array): void {
    output.fill(0);
    for (const click of this.ringing) {
      for (let frame = Math.max(0, -click.next); frame < output.length; frame++) {
        output[frame] = (output[frame] ?? 0) + (click.sound[click.next + frame] ?? 0);
      }
      click.next += output.length;
    }
    this.ringing = this.ringing.filter((click) => click.next < click.sound.length);
  }
}

/** The first tick at or after a place (binary search: a song has thousands). */
function firstFrom(ticks: readonly Tick[], place: number): number {
  let low = 0;
  let high = ticks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ticks[middle]?.at ?? Infinity) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tone(hertz: number, level: number, sampleRate: number): Float32Array {
  const samples = new Float32Array(Math.round(LENGTH_SECONDS * sampleRate));
  return samples.map((_, index) => {
    const time = index / sampleRate;
    return level * Math.exp(-time / DECAY_SECONDS) * Math.cos(2 * Math.PI * hertz * time);
  });
}
