/** The audio thread's end of the deck: one node, a stereo output for every stem and one more for the metronome. */
import createStretch from 'virtual:stretch-factory';
import { Clicks } from './clicks';
import { Deck } from './deck';
import { DECK, type DeckOptions, type FromDeck, type ToDeck } from './protocol';
import { Stretcher } from './stretcher';
import { SampleWindow } from './window';

declare const sampleRate: number;
declare const currentTime: number;
declare function registerProcessor(name: string, processor: unknown): void;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

const REPORTS_PER_SECOND = 25;

/** Compiled while the stems are still being opened. Every audio thread has one deck; a second would get its own. */
let ahead: ReturnType<typeof createStretch> | null = createStretch();
ahead.catch(() => undefined); // said by the deck that needs it

class DeckProcessor extends AudioWorkletProcessor {
  private deck: Deck | null = null;
  private readonly window: SampleWindow;
  private readonly waiting: ToDeck[] = [];
  private sinceReport = 0;

  constructor({ processorOptions }: { processorOptions: DeckOptions }) {
    super();
    this.window = new SampleWindow(processorOptions.stems, processorOptions.total);
    this.port.onmessage = ({ data }: MessageEvent<ToDeck>) => this.receive(data);
    const stretch = ahead ?? createStretch();
    ahead = null;
    stretch.then(
      (wasm) => this.begin(new Stretcher(wasm, 2 * processorOptions.stems, sampleRate)),
      (reason: unknown) => this.send({ kind: 'failed', reason: String(reason) }),
    );
  }

  process(_inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const click = outputs[this.window.stems]?.[0];
    if (!this.deck || !click) return true;
    const ended = this.deck.render(outputs.slice(0, this.window.stems).flat(), click);
    outputs[this.window.stems]?.[1]?.set(click);
    if (ended) this.send({ kind: 'ended' });
    this.reportNow(click.length, ended);
    return true;
  }

  private begin(stretcher: Stretcher): void {
    this.deck = new Deck(this.window, new Clicks(sampleRate), stretcher);
    this.waiting.splice(0).forEach((message) => this.receive(message));
    this.send({ kind: 'ready' });
  }

  private receive(message: ToDeck): void {
    if (!this.deck) this.waiting.push(message);
    else if (isAboutSamples(message)) this.store(message);
    else this.obey(this.deck, message);
  }

  private store(message: SampleMessage): void {
    if (message.kind === 'row') this.window.put(message.row, message.stem, message.left, message.right);
    else if (message.kind === 'silence') this.window.silence(message.stem);
    else {
      const channels = this.window.drop(message.rows);
      this.send({ kind: 'freed', channels }, channels.map((channel) => channel.buffer));
    }
  }

  private obey(deck: Deck, message: Exclude<ToDeck, SampleMessage>): void {
    if (message.kind === 'play') deck.play(message.countIn);
    else if (message.kind === 'pause') deck.pause();
    else if (message.kind === 'seek') deck.seek(message.to);
    else if (message.kind === 'speed') deck.setSpeed(message.rate, message.semitones);
    else if (message.kind === 'loop') deck.setLoop(message.span);
    else deck.setTicks(message.ticks);
    this.sinceReport = Infinity;
  }

  private reportNow(frames: number, urgent: boolean): void {
    this.sinceReport += frames;
    if (!this.deck || (!urgent && this.sinceReport < sampleRate / REPORTS_PER_SECOND)) return;
    this.sinceReport = 0;
    this.send({ kind: 'report', report: this.deck.report(), time: currentTime + frames / sampleRate });
  }

  private send(message: FromDeck, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer);
  }
}

type SampleMessage = Extract<ToDeck, { kind: 'row' | 'drop' | 'silence' }>;

function isAboutSamples(message: ToDeck): message is SampleMessage {
  return message.kind === 'row' || message.kind === 'drop' || message.kind === 'silence';
}

registerProcessor(DECK, DeckProcessor);
