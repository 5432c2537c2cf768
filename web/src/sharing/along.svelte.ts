/** Plays the shared song from the listener's own library, in step with the sharer. */
import { ApiProblem } from '../api/client';
import { stemsOf } from '../api/playback';
import { linkItem, songToPlay } from '../api/sharing';
import { openSound, type Opened } from '../mixer/open_sound';
import type { Listening } from './listening.svelte';
import { mixOf, placeAt, Step } from './transport';

const CHECK_MS = 200;
const STORE = 'harmonix.my-stems';
/** Our own mixer can be put in place to the millisecond; a browser's audio element cannot. */
const EXACT = { tolerance: 0.008, settling: 0.6 };
const ROUGH = { tolerance: 0.12, settling: 3 };

export class Along {
  stems = $state.raw<readonly string[]>([]);
  /** The stems this person plays or sings: silent here whatever the sharer does. */
  mine = $state.raw<ReadonlySet<string>>(storedStems());
  status = $state<'idle' | 'opening' | 'playing'>('idle');
  problem = $state.raw<ApiProblem | null>(null);
  private opened: Opened | null = null;
  private step = new Step(EXACT);
  private isMoving = false;
  private restsAt: number | null = null;
  private heardOf: unknown = null;
  private generation = 0;
  private readonly checking = setInterval(() => this.keepInStep(), CHECK_MS);

  constructor(private readonly listening: Listening) {}

  /** Begin to play. Call it from a press: browsers want one. */
  async start(): Promise<void> {
    const mine = ++this.generation;
    this.status = 'opening';
    this.problem = null;
    try {
      const opened = await this.open();
      if (mine !== this.generation) return opened.sound.close();
      this.opened = opened;
      this.step = new Step(opened.isRendered ? ROUGH : EXACT);
      this.status = 'playing';
      this.keepInStep();
    } catch (trouble) {
      if (mine !== this.generation) return;
      this.status = 'idle';
      this.problem = trouble instanceof ApiProblem ? trouble : new ApiProblem(0, trouble instanceof Error ? trouble.message : String(trouble));
    }
  }

  stop(): void {
    this.generation++;
    this.opened?.sound.close();
    this.opened = null;
    this.isMoving = false;
    this.heardOf = null;
    this.status = 'idle';
  }

  /** The sharer plays another song now: so do we, if we played. */
  async follow(): Promise<void> {
    if (this.status === 'idle') return;
    this.stop();
    await this.start();
  }

  toggle(stem: string): void {
    this.mine = new Set(this.mine.has(stem) ? [...this.mine].filter((each) => each !== stem) : [...this.mine, stem]);
    this.heardOf = null;
    this.keepInStep();
    try {
      localStorage.setItem(STORE, JSON.stringify([...this.mine]));
    } catch {
      // A private window or a full store: the choice then lasts as long as the page.
    }
  }

  /** Where the song is as heard here, or rests; null while this device does not play. */
  place(): number | null {
    return this.opened ? this.opened.sound.position() : null;
  }

  close(): void {
    clearInterval(this.checking);
    this.stop();
  }

  private async open(): Promise<Opened> {
    const { itemId, songId } = await songToPlay(this.listening.code);
    const id = songId ?? (await linkItem(itemId));
    const files = await stemsOf(id);
    this.stems = files.map(({ name }) => name);
    const total = this.listening.said?.total ?? 0;
    const wanted = { songId: id, stems: files, duration: total, start: () => 0 };
    return openSound(wanted, { tell: () => undefined, broken: (stem, reason) => console.error('a stem cannot be played', stem, reason) });
  }

  private keepInStep(): void {
    const { transport, serverNow, isAway, hasEnded } = this.listening;
    if (!this.opened) return;
    if (!transport || serverNow === null || isAway || hasEnded) return this.rest(null);
    const { sound } = this.opened;
    if (this.heardOf !== transport) {
      this.heardOf = transport;
      sound.setMix(mixOf(transport, this.stems, this.mine));
    }
    const [wanted, now] = [placeAt(transport, serverNow), performance.now() / 1000];
    const isOver = wanted >= sound.total / sound.sampleRate && !this.opened.isRendered;
    if (!transport.playing || isOver) this.rest(wanted);
    else if (!this.isMoving) this.move(this.step.jump(wanted, now));
    else {
      const to = this.step.check(sound.position(), wanted, now);
      if (to !== null) sound.seek(to);
    }
  }

  private move(to: number): void {
    const opened = this.opened;
    this.isMoving = true;
    opened?.sound.seek(to);
    opened?.sound.play().catch((refused: unknown) => {
      if (this.opened !== opened) return;
      this.stop();
      this.problem = new ApiProblem(0, refused instanceof Error ? refused.message : String(refused));
    });
  }

  /** Stand still; at a place that is known, so that what comes after it is already here when it goes on. */
  private rest(at: number | null): void {
    if (this.isMoving) this.opened?.sound.pause();
    if (at !== null && (this.isMoving || at !== this.restsAt)) this.opened?.sound.seek(at);
    this.isMoving = false;
    this.restsAt = at;
  }
}

function storedStems(): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORE) ?? '[]');
    return new Set(Array.isArray(stored) ? stored.filter((stem) => typeof stem === 'string') : []);
  } catch {
    return new Set(); // What cannot be read is as good as nothing remembered.
  }
}
