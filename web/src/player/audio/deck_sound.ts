/** Sound from the deck: every stem apart, in step to the sample. */
import type { StemFile } from '../../api/playback';
import type { TimeSpan } from '../../mixer/beats';
import { heardGain, type Mix } from '../../mixer/mix';
import type { Tick } from './clicks';
import { Engine } from './engine';
import type { CountIn } from './protocol';
import { wake, type Sound, type SoundNews } from './sound';
import { heldAhead, patient } from './reading';
import { openStem, overHttp, type Decode, type ReadBytes, type StemSource } from './sources';

/** Stems are kept at this rate; with the context at the same one, decoding never resamples. */
const SAMPLE_RATE = 44100;

export class DeckSound implements Sound {
  readonly sampleRate = SAMPLE_RATE;

  /** `holds`: keep the next minute and a half of every stem here, for a screen that must not fall silent. `start`: the
   * seconds into the song where play will begin, asked when reading begins. */
  static async open(stems: readonly StemFile[], news: SoundNews, { holds = false, start = (): number => 0 } = {}): Promise<DeckSound> {
    const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: 'interactive' });
    const loading = Engine.load(context);
    loading.catch(() => undefined); // said below, unless the stems fail first
    const closed = new AbortController();
    const readerOf = ({ address }: StemFile): ReadBytes => (holds ? heldAhead(patient(overHttp(address)), closed.signal) : patient(overHttp(address)));
    const decode = inLanes(decoderOf(context));
    const sources = await Promise.all(stems.map((stem) => sourceOf(stem, readerOf(stem), decode, news)));
    const total = Math.max(0, ...sources.map((source) => source.total));
    if (total === 0) {
      closed.abort();
      void context.close();
      throw new Error('None of the stems could be read.');
    }
    await loading;
    const engine = await Engine.open(context, sources, total, start() * SAMPLE_RATE, {
      report: (report) => news.report(report),
      ended: () => news.ended(),
      stemFailed: (stem, reason) => news.stemFailed(stems[stem]?.name ?? '', reason),
    });
    return new DeckSound(context, engine, stems, total, closed);
  }

  private constructor(
    private readonly context: AudioContext,
    private readonly engine: Engine,
    private readonly stems: readonly StemFile[],
    readonly total: number,
    private readonly closed: AbortController,
  ) {}

  async play(countIn?: CountIn): Promise<void> {
    await wake(this.context);
    this.engine.play(countIn);
  }

  pause(): void {
    this.engine.pause();
  }

  seek(seconds: number): void {
    this.engine.seek(seconds * SAMPLE_RATE);
  }

  position(): number {
    return this.engine.position / SAMPLE_RATE;
  }

  setMix(mix: Mix): void {
    this.stems.forEach(({ name }, index) => {
      this.engine.strips[index]?.setGain(heardGain(mix, name));
      this.engine.strips[index]?.setPan(mix.strips[name]?.pan ?? 0);
    });
    this.engine.setSpeed(mix.tempo, mix.pitch);
  }

  setLoop(span: TimeSpan | null): void {
    this.engine.setLoop(span && { from: Math.round(span.from * SAMPLE_RATE), to: Math.round(span.to * SAMPLE_RATE) });
  }

  setTicks(ticks: Tick[], level: number): void {
    this.engine.clickStrip.setGain(level);
    this.engine.tell({ kind: 'ticks', ticks });
  }

  setVolume(volume: number): void {
    this.engine.setVolume(volume);
  }

  level(stem?: string): number {
    if (stem === undefined) return this.engine.level;
    return this.engine.strips[this.stems.findIndex(({ name }) => name === stem)]?.level ?? 0;
  }

  close(): void {
    this.closed.abort();
    this.engine.close();
    void this.context.close();
  }
}

/** A stem that cannot even be opened is silent, and the news say why; the others play. */
async function sourceOf(stem: StemFile, read: ReadBytes, decode: Decode, news: SoundNews): Promise<StemSource> {
  try {
    return await openStem(read, decode);
  } catch (reason) {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    news.stemFailed(stem.name, error);
    return { total: 0, sampleRate: SAMPLE_RATE, read: async (_from, count) => [new Float32Array(count), new Float32Array(count)] };
  }
}

/** Stems decoded at the same time: each takes five times its samples while it lasts, and there are few cores. */
const LANES = 2;

function decoderOf(context: BaseAudioContext): Decode {
  return async (file) => {
    const audio = await context.decodeAudioData(file);
    return Array.from({ length: audio.numberOfChannels }, (_, channel) => audio.getChannelData(channel));
  };
}

/** The same decoder, for so many at a time; the others wait their turn. */
function inLanes(decode: Decode, lanes = LANES): Decode {
  const ends = new Array<Promise<unknown>>(lanes).fill(Promise.resolve());
  let next = 0;
  return (file) => {
    const lane = next++ % lanes;
    const decoded = (ends[lane] ?? Promise.resolve()).then(() => decode(file));
    ends[lane] = decoded.catch(() => undefined);
    return decoded;
  };
}
