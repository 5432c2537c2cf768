/** Plays through the stretcher, at another tempo or pitch, with the same loop rule as the plain voice. */
import type { Heard } from './plain';
import type { Span } from './protocol';
import type { ReadChannel, Stretcher, StretchSettings } from './stretcher';

export class StretchedVoice {
  /** Where the song is as heard now; a fraction of a sample is kept. */
  position = 0;

  constructor(
    private readonly stretcher: Stretcher,
    private readonly read: ReadChannel,
  ) {}

  /** What it takes of the song around the heard place. */
  reach(rate: number): { before: number; after: number } {
    const { before, after } = this.stretcher.reach;
    const ahead = this.stretcher.outputLatency * rate;
    return { before: Math.max(0, before - ahead), after: after + ahead };
  }

  /** The new place is fed at once and heard, in full, one latency later. */
  jumpTo(place: number, rate: number): void {
    this.position = place - this.stretcher.outputLatency * rate;
  }

  render(outputs: readonly Float32Array[], how: StretchSettings, loop: Span | null, heard: Heard): void {
    const frames = outputs[0]?.length ?? 0;
    const isInside = loop !== null && this.position < loop.to;
    const fed = this.position + this.stretcher.outputLatency * how.rate;
    this.stretcher.render(isInside ? wrapped(fed, loop) : fed, how, this.read, outputs);
    const next = this.position + frames * how.rate;
    if (isInside && next >= loop.to) {
      heard(this.position, loop.to, 0);
      const over = wrapped(next, loop);
      heard(loop.from, over, Math.round((loop.to - this.position) / how.rate));
      this.position = over;
    } else {
      heard(this.position, next, 0);
      this.position = next;
    }
  }
}

function wrapped(place: number, loop: Span): number {
  return place < loop.to ? place : loop.from + ((place - loop.to) % (loop.to - loop.from));
}
