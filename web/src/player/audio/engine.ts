/** The sound of the mixer: the deck's outputs, a strip for every stem, one way out. Knows no page and no state of it. */
import { Feeder } from './feeder';
import { glide, Meter, Strip } from './strip';
import { DECK, type CountIn, type DeckOptions, type DeckReport, type FromDeck, type Span, type ToDeck } from './protocol';
import type { StemSource } from './sources';
import { tap } from './tap';

export interface EngineEvents {
  report(report: DeckReport): void;
  ended(): void;
  stemFailed(stem: number, reason: Error): void;
}

export class Engine {
  readonly strips: Strip[];
  readonly clickStrip: Strip;
  /** All strips together, before the listener's own volume. */
  private readonly mix: GainNode;
  private readonly master: GainNode;
  private readonly meter: Meter;
  private readonly feeder: Feeder;
  private loop: Span | null = null;
  private last: { report: DeckReport; time: number } | null = null;
  /** Memory of rows that were let go of, for the next ones. */
  private spare: Float32Array[] = [];

  /** For a context that is loaded. Reads from `start` on at once, and resolves when the deck can be told to play. */
  static async open(context: AudioContext, sources: readonly StemSource[], total: number, start: number, events: EngineEvents): Promise<Engine> {
    const engine = new Engine(context, sources, total, events);
    engine.seek(start);
    await engine.ready;
    return engine;
  }

  private readonly ready: Promise<void>;
  private readonly node: AudioWorkletNode;

  private constructor(
    private readonly context: AudioContext,
    sources: readonly StemSource[],
    total: number,
    private readonly events: EngineEvents,
  ) {
    const stems = sources.length;
    this.node = new AudioWorkletNode(context, DECK, {
      numberOfOutputs: stems + 1,
      outputChannelCount: new Array<number>(stems + 1).fill(2),
      processorOptions: { stems, total } satisfies DeckOptions,
    });
    this.ready = new Promise((resolve, reject) => this.listen(resolve, reject));
    this.master = context.createGain();
    this.meter = new Meter(this.master);
    this.master.connect(context.destination);
    this.mix = context.createGain();
    this.mix.connect(this.master);
    tap.offer(this.mix);
    this.strips = sources.map((_, stem) => new Strip(this.node, stem, this.mix));
    this.clickStrip = new Strip(this.node, stems, this.master);
    this.feeder = new Feeder(sources, total, this.feeding());
  }

  /** Where the song is as heard now, in samples: the last report, carried on by the audio clock. */
  get position(): number {
    if (!this.last) return 0;
    const { report, time } = this.last;
    if (!report.playing || report.starved || report.counting) return report.position;
    const since = Math.max(0, this.context.currentTime - (this.context.outputLatency || 0) - time);
    return wrapped(report.position + since * this.context.sampleRate * report.rate, report.position, this.loop);
  }

  get level(): number {
    return this.meter.level();
  }

  play(countIn?: CountIn): void {
    this.tell(countIn ? { kind: 'play', countIn } : { kind: 'play' });
  }

  pause(): void {
    this.tell({ kind: 'pause' });
  }

  seek(to: number): void {
    this.feeder.follow(to, this.loop);
    // Believed at once: a sleeping audio thread reports only when it wakes.
    if (this.last) this.last = { report: { ...this.last.report, position: to }, time: this.context.currentTime };
    else this.last = { report: AT_REST(to), time: this.context.currentTime };
    this.tell({ kind: 'seek', to });
  }

  setSpeed(rate: number, semitones: number): void {
    this.tell({ kind: 'speed', rate, semitones });
  }

  setLoop(span: Span | null): void {
    this.loop = span;
    this.tell({ kind: 'loop', span });
    this.feeder.follow(this.position, span);
  }

  setVolume(volume: number): void {
    glide(this.master.gain, volume, this.context.currentTime);
  }

  tell(message: ToDeck, transfer: Transferable[] = []): void {
    this.node.port.postMessage(message, transfer);
  }

  close(): void {
    this.feeder.close();
    this.node.port.onmessage = null;
    this.node.disconnect();
    tap.withdraw(this.mix);
    this.mix.disconnect();
    this.master.disconnect();
  }

  private listen(resolve: () => void, reject: (reason: Error) => void): void {
    this.node.onprocessorerror = () => reject(new Error('The browser could not start its audio thread.'));
    this.node.port.onmessage = ({ data }: MessageEvent<FromDeck>) => {
      if (data.kind === 'ready') resolve();
      else if (data.kind === 'failed') reject(new Error(data.reason));
      else if (data.kind === 'ended') this.events.ended();
      else if (data.kind === 'freed') this.spare.push(...data.channels);
      else if (data.kind === 'report') this.heard(data.report, data.time);
    };
  }

  private heard(report: DeckReport, time: number): void {
    this.last = { report, time };
    this.feeder.follow(report.position, this.loop);
    this.events.report(report);
  }

  private feeding(): ConstructorParameters<typeof Feeder>[2] {
    return {
      row: (row, stem, left, right) => this.tell({ kind: 'row', row, stem, left, right }, [left.buffer, right.buffer]),
      drop: (rows) => this.tell({ kind: 'drop', rows }),
      room: (count) => this.spare.pop() ?? new Float32Array(count),
      failed: (stem, reason) => {
        this.tell({ kind: 'silence', stem });
        this.events.stemFailed(stem, reason);
      },
    };
  }
}

const AT_REST = (position: number): DeckReport => ({ position, playing: false, starved: false, counting: false, rate: 1 });

function wrapped(place: number, from: number, loop: Span | null): number {
  if (!loop || from >= loop.to || place < loop.to) return place;
  return loop.from + ((place - loop.to) % (loop.to - loop.from));
}
