/** Plays samples as they are, and changes place without a click: the old place fades out while the new one fades in. */
import type { Span } from './protocol';
import type { ReadChannel } from './stretcher';

/** Length of a change of place. The new place is reached when it ends, so nothing of what lies there is softened. */
export const FADE = 128;

/** Told which part of the song is heard from which output sample on. */
export type Heard = (from: number, to: number, offset: number) => void;

interface Fade {
  /** Where the old sound goes on; null when it comes out of silence. */
  old: number | null;
  left: number;
  isWrap: boolean;
}

export class PlainVoice {
  position = 0;
  private fade: Fade | null = null;
  private readonly scratch = new Float32Array(FADE);

  constructor(private readonly read: ReadChannel) {}

  /** Begin out of silence. */
  startAt(place: number): void {
    this.fade = { old: null, left: FADE, isWrap: false };
    this.position = Math.round(place) - FADE;
  }

  jumpTo(place: number): void {
    this.fade = { old: this.position, left: FADE, isWrap: false };
    this.position = Math.round(place) - FADE;
  }

  /** Go on from here, already at full level. */
  takeOver(place: number): void {
    this.fade = null;
    this.position = Math.round(place);
  }

  render(outputs: readonly Float32Array[], loop: Span | null, heard: Heard): void {
    const frames = outputs[0]?.length ?? 0;
    let done = 0;
    while (done < frames) {
      if (loop && this.isAtWrap(loop)) this.wrap(loop);
      const step = this.step(frames - done, loop);
      this.fill(outputs, done, step);
      this.tell(heard, done, step);
      this.advance(step);
      done += step;
    }
  }

  private isAtWrap(loop: Span): boolean {
    return !this.fade && this.position >= loop.to - FADE && this.position < loop.to;
  }

  private wrap(loop: Span): void {
    this.fade = { old: this.position, left: loop.to - this.position, isWrap: true };
    this.position = loop.from - this.fade.left;
  }

  private step(wanted: number, loop: Span | null): number {
    if (this.fade) return Math.min(wanted, this.fade.left);
    if (loop && this.position < loop.to - FADE) return Math.min(wanted, loop.to - FADE - this.position);
    return wanted;
  }

  private fill(outputs: readonly Float32Array[], done: number, step: number): void {
    outputs.forEach((output, channel) => {
      const part = output.subarray(done, done + step);
      this.read(channel, this.position, part);
      if (this.fade) this.blend(channel, part, this.fade);
    });
  }

  private blend(channel: number, part: Float32Array, fade: Fade): void {
    const before = this.scratch.subarray(0, part.length);
    if (fade.old === null) before.fill(0);
    else this.read(channel, fade.old, before);
    for (let index = 0; index < part.length; index++) {
      const share = 1 - (fade.left - index) / FADE;
      part[index] = (before[index] ?? 0) * (1 - share) + (part[index] ?? 0) * share;
    }
  }

  private tell(heard: Heard, done: number, step: number): void {
    if (!this.fade) heard(this.position, this.position + step, done);
    else if (this.fade.isWrap && this.fade.old !== null) heard(this.fade.old, this.fade.old + step, done);
  }

  private advance(step: number): void {
    this.position += step;
    if (!this.fade) return;
    this.fade.left -= step;
    if (this.fade.old !== null) this.fade.old += step;
    if (this.fade.left === 0) this.fade = null;
  }
}
