/** The transport: one playhead for all stems. Renders every channel of a moment together, so they cannot part. */
import type { Clicks, Tick } from './clicks';
import { FADE, PlainVoice } from './plain';
import type { CountIn, DeckReport, Span } from './protocol';
import { StretchedVoice } from './stretched';
import type { Stretcher } from './stretcher';
import type { SampleWindow } from './window';

type Mode = 'plain' | 'warming' | 'stretched' | 'leaving';

const NEUTRAL = { rate: 1, semitones: 0 };

export class Deck {
  private readonly plain: PlainVoice;
  private readonly stretched: StretchedVoice;
  private readonly scratch: Float32Array[];
  private mode: Mode = 'plain';
  private speed = NEUTRAL;
  private loop: Span | null = null;
  private playing = false;
  private stopping = false;
  private starved = false;
  /** Frames of count-in still to come before the song begins to move. */
  private counting = 0;
  private warmLeft = 0;
  private isWarmingOutOfSilence = false;
  /** Where play begins while nothing moves. */
  private rest = 0;

  constructor(
    private readonly window: SampleWindow,
    private readonly clicks: Clicks,
    private readonly stretcher: Stretcher,
    quantum = 128,
  ) {
    const read = (channel: number, from: number, into: Float32Array): void => window.read(channel, from, into);
    this.plain = new PlainVoice(read);
    this.stretched = new StretchedVoice(stretcher, read);
    this.scratch = Array.from({ length: 2 * window.stems }, () => new Float32Array(quantum));
  }

  get position(): number {
    if (!this.playing || this.counting > 0) return this.rest;
    return this.mode === 'stretched' ? this.stretched.position : this.plain.position;
  }

  report(): DeckReport {
    const { playing, starved } = this;
    return { position: this.position, playing, starved, counting: this.counting > 0, rate: this.speed.rate };
  }

  play(countIn?: CountIn): void {
    if (this.playing && !this.stopping) return;
    this.stopping = false;
    this.playing = true;
    if (this.rest >= this.window.total) this.rest = this.loop?.from ?? 0;
    if (countIn) this.count(countIn);
    else this.begin(this.rest);
  }

  pause(): void {
    if (!this.playing) return;
    this.clicks.hush();
    if (this.counting > 0 || this.starved) this.halt();
    else this.stopping = true;
  }

  seek(to: number): void {
    const place = Math.min(Math.max(0, to), this.window.total);
    this.rest = place;
    if (!this.playing || this.counting > 0) return;
    if (this.mode === 'stretched') this.stretched.jumpTo(place, this.speed.rate);
    else if (this.mode === 'warming') this.begin(place);
    else this.plain.jumpTo(place);
  }

  setSpeed(rate: number, semitones: number): void {
    this.speed = { rate, semitones };
    if (!this.playing || this.counting > 0) return;
    if (this.isNeutral) this.leaveStretch();
    else if (this.mode === 'plain' || this.mode === 'leaving') this.warmUp(this.plain.position, false);
  }

  setLoop(span: Span | null): void {
    this.loop = span && span.to - span.from > 4 * FADE ? { from: Math.round(span.from), to: Math.round(span.to) } : null;
  }

  setTicks(ticks: readonly Tick[]): void {
    this.clicks.setTicks(ticks);
  }

  /** Fill every channel (left and right of each stem, in order) and the click track; answers whether the song ended. */
  render(outputs: readonly Float32Array[], click: Float32Array): boolean {
    const frames = click.length;
    if (this.counting > 0) this.countDown(frames);
    if (!this.playing || this.counting > 0 || !this.hasSamples(frames)) silence(outputs);
    else this.renderMoving(outputs, frames);
    this.clicks.render(click);
    return this.isOver();
  }

  private get isNeutral(): boolean {
    return this.speed.rate === 1 && this.speed.semitones === 0;
  }

  private begin(place: number): void {
    this.counting = 0;
    this.starved = false;
    if (this.isNeutral) {
      this.mode = 'plain';
      this.plain.startAt(place);
    } else this.warmUp(place, true);
  }

  private count({ beats, interval, accentEvery }: CountIn): void {
    const spacing = interval / this.speed.rate;
    for (let beat = 0; beat < beats; beat++) {
      this.clicks.strike(beat % accentEvery === 0, Math.round(beat * spacing));
    }
    const lead = this.isNeutral ? FADE : this.warmFrames;
    this.counting = Math.max(1, Math.round(beats * spacing) - lead);
  }

  private countDown(frames: number): void {
    this.counting -= frames;
    if (this.counting <= 0) this.begin(this.rest);
  }

  /** Whole quanta that the stretcher needs before what it gives is complete. */
  private get warmFrames(): number {
    const quantum = this.scratch[0]?.length ?? FADE;
    return Math.ceil(this.stretcher.outputLatency / quantum + 1) * quantum;
  }

  private warmUp(place: number, outOfSilence: boolean): void {
    this.mode = 'warming';
    this.warmLeft = this.warmFrames;
    this.isWarmingOutOfSilence = outOfSilence;
    this.stretcher.reset();
    if (outOfSilence) this.plain.takeOver(place);
    const meeting = place + (outOfSilence ? 0 : this.warmLeft);
    this.stretched.position = meeting - this.warmLeft * this.speed.rate;
  }

  private leaveStretch(): void {
    if (this.mode === 'stretched') {
      this.plain.takeOver(this.stretched.position);
      this.mode = 'leaving';
    } else if (this.mode === 'warming') {
      if (this.isWarmingOutOfSilence) this.plain.startAt(this.plain.position);
      this.mode = 'plain';
    }
  }

  private hasSamples(frames: number): boolean {
    const isThere = this.covers(frames);
    if (isThere && this.starved) this.begin(this.position);
    if (!isThere && !this.starved) this.rest = this.position;
    this.starved = !isThere;
    return isThere;
  }

  private covers(frames: number): boolean {
    const place = this.position;
    const { before, after } = this.mode === 'plain' ? { before: 0, after: 0 } : this.stretched.reach(this.speed.rate);
    const reach = frames * Math.max(1, this.speed.rate) + after;
    if (!this.window.covers(place - before, before + reach)) return false;
    const wraps = this.loop !== null && place < this.loop.to && place + reach + FADE >= this.loop.to;
    return !wraps || this.window.covers(this.loop!.from - FADE, reach);
  }

  private renderMoving(outputs: readonly Float32Array[], frames: number): void {
    if (this.mode === 'warming') this.renderWarming(outputs, frames);
    else if (this.mode === 'stretched') this.renderStretched(outputs, true);
    else if (this.mode === 'leaving') this.renderLeaving(outputs);
    else this.renderPlain(outputs);
    if (this.stopping) {
      fadeOut(outputs);
      this.halt();
    }
  }

  private renderPlain(outputs: readonly Float32Array[]): void {
    this.plain.render(outputs, this.loop, (from, to, offset) => this.clicks.hear(from, to, offset, 1));
  }

  private renderStretched(outputs: readonly Float32Array[], isHeard: boolean): void {
    this.stretched.render(outputs, this.speed, this.loop, (from, to, offset) => {
      if (isHeard) this.clicks.hear(from, to, offset, this.speed.rate);
    });
  }

  private renderWarming(outputs: readonly Float32Array[], frames: number): void {
    if (this.isWarmingOutOfSilence) silence(outputs);
    else this.renderPlain(outputs);
    this.renderStretched(this.scratch, false);
    this.warmLeft -= frames;
    if (this.warmLeft > 0) return;
    crossfade(outputs, this.scratch, outputs);
    this.mode = 'stretched';
  }

  private renderLeaving(outputs: readonly Float32Array[]): void {
    this.stretched.render(this.scratch, { ...this.speed, rate: 1 }, this.loop, () => undefined);
    this.renderPlain(outputs);
    crossfade(this.scratch, outputs, outputs);
    this.mode = 'plain';
  }

  private halt(): void {
    this.rest = this.position;
    this.playing = this.stopping = this.starved = false;
    this.counting = 0;
    this.mode = 'plain';
  }

  private isOver(): boolean {
    if (!this.playing || this.position < this.window.total) return false;
    this.rest = this.window.total;
    this.playing = this.stopping = false;
    return true;
  }
}

function silence(outputs: readonly Float32Array[]): void {
  for (const output of outputs) output.fill(0);
}

function fadeOut(outputs: readonly Float32Array[]): void {
  for (const output of outputs) output.forEach((sample, index) => (output[index] = sample * (1 - (index + 1) / output.length)));
}

function crossfade(old: readonly Float32Array[], fresh: readonly Float32Array[], into: readonly Float32Array[]): void {
  into.forEach((output, channel) => {
    for (let index = 0; index < output.length; index++) {
      const share = (index + 1) / output.length;
      output[index] = (old[channel]?.[index] ?? 0) * (1 - share) + (fresh[channel]?.[index] ?? 0) * share;
    }
  });
}
