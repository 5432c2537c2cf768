/** Sound from the deck: every stem apart, in step to the sample. */
import type { StemFile } from '../../api/playback';
import type { TimeSpan } from '../../mixer/beats';
import { heardGain, type Mix } from '../../mixer/mix';
import type { Tick } from './clicks';
import { Engine } from './engine';
import type { CountIn } from './protocol';
import { wake, type Sound, type SoundNews } from './sound';
import { Output, SAMPLE_RATE } from './output';
import { heldAhead, patient } from './reading';
import { openStem, overHttp, type StemSource } from './sources';

export { Output };

interface Opening {
  /** Keep the next minute and a half of every stem here, for a screen that must not fall silent. */
  holds?: boolean;
  /** The seconds into the song where play will begin, asked when reading begins. */
  start?: () => number;
  /** What was opened ahead for these stems. */
  output?: Output;
  opening?: readonly Promise<StemSource>[];
}

export class DeckSound implements Sound {
  readonly sampleRate = SAMPLE_RATE;

  static async open(stems: readonly StemFile[], news: SoundNews, how: Opening = {}): Promise<DeckSound> {
    const { holds = false, start = (): number => 0, output = new Output() } = how;
    const opening = how.opening ?? openStems(stems, output, holds);
    const sources = await Promise.all(opening.map((source, index) => orSilence(source, stems[index]?.name ?? '', news)));
    const total = Math.max(0, ...sources.map((source) => source.total));
    if (total === 0) {
      output.close();
      throw new Error('None of the stems could be read.');
    }
    await output.loaded;
    const engine = await Engine.open(output.context, sources, total, start() * SAMPLE_RATE, {
      report: (report) => news.report(report),
      ended: () => news.ended(),
      stemFailed: (stem, reason) => news.stemFailed(stems[stem]?.name ?? '', reason),
    });
    return new DeckSound(output, engine, stems, total);
  }

  private constructor(
    private readonly output: Output,
    private readonly engine: Engine,
    private readonly stems: readonly StemFile[],
    readonly total: number,
  ) {}

  async play(countIn?: CountIn): Promise<void> {
    await wake(this.output.context);
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
    this.engine.close();
    this.output.close();
  }
}

/** Read what is said at the head of every stem. */
export function openStems(stems: readonly StemFile[], output: Output, holds = false): Promise<StemSource>[] {
  const opened = stems.map(({ address }) => {
    const read = patient(overHttp(address));
    return openStem(holds ? heldAhead(read, output.closed) : read, output.decode);
  });
  // Said to whoever plays them; nobody may ever do.
  opened.forEach((source) => source.catch(() => undefined));
  return opened;
}

/** A stem that cannot even be opened is silent, and the news say why; the others play. */
async function orSilence(opened: Promise<StemSource>, stem: string, news: SoundNews): Promise<StemSource> {
  try {
    return await opened;
  } catch (reason) {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    news.stemFailed(stem, error);
    return { total: 0, sampleRate: SAMPLE_RATE, read: async (_from, count) => [new Float32Array(count), new Float32Array(count)] };
  }
}
