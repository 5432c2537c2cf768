/** Changes tempo and pitch of all channels together, so that they stay phase-locked. Wraps signalsmith-stretch. */
import type { StretchModule } from 'virtual:stretch-factory';

/** Above this the timbre is left alone when the pitch changes. */
const TONALITY_HZ = 8000;

export interface StretchSettings {
  rate: number;
  semitones: number;
}

/** Fills `into` with one channel's samples from a place in the song. */
export type ReadChannel = (channel: number, from: number, into: Float32Array) => void;

export class Stretcher {
  /** How far ahead of what is heard the stretcher must be fed, in output samples. */
  readonly outputLatency: number;
  private readonly inputLatency: number;
  private readonly span: number;
  private readonly pointer: number;

  constructor(
    private readonly wasm: StretchModule,
    private readonly channels: number,
    private readonly sampleRate: number,
  ) {
    wasm._main();
    wasm._presetDefault(channels, sampleRate);
    this.inputLatency = wasm._inputLatency();
    this.outputLatency = wasm._outputLatency();
    this.span = this.inputLatency + this.outputLatency;
    this.pointer = wasm._setBuffers(channels, this.span);
  }

  /** The samples, before and after `position`, that a render at `position` looks at. */
  get reach(): { before: number; after: number } {
    return { before: this.span, after: this.inputLatency };
  }

  /**
   * Give the next output samples, fed from around `position` (where the song will be when they are heard).
   *
   * The stretcher is re-seeked for every block instead of being fed a stream: its place then never depends on
   * what came before, and a jump, a loop or a new tempo cannot make it drift from the transport.
   */
  render(position: number, how: StretchSettings, read: ReadChannel, outputs: readonly Float32Array[]): void {
    const frames = outputs[0]?.length ?? 0;
    const end = Math.round(position + this.inputLatency);
    for (let channel = 0; channel < this.channels; channel++) {
      read(channel, end - this.span, this.view(channel, this.span));
    }
    this.wasm._setTransposeSemitones(how.semitones, TONALITY_HZ / this.sampleRate);
    this.wasm._setFormantSemitones(0, false);
    this.wasm._seek(this.span, how.rate);
    this.wasm._process(0, frames);
    outputs.forEach((output, channel) => output.set(this.view(this.channels + channel, frames)));
  }

  reset(): void {
    this.wasm._reset();
  }

  private view(slot: number, samples: number): Float32Array {
    return new Float32Array(this.wasm.HEAP8.buffer, this.pointer + 4 * this.span * slot, samples);
  }
}
