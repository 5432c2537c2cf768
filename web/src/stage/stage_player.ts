/** Plays what the room's clock says: the song on stage, at its place, in its key, with as much guide voice as wished. */
import { roomMix, roomStems, tellSung } from '../api/rooms';
import { flatMix, withSpeed, withStrip } from '../mixer/mix';
import { canMix } from '../player/audio/rendered_sound';
import type { Sound, SoundNews } from '../player/audio/sound';
import type { LiveRoom } from './live_room.svelte';
import { mustJump, type Room } from './room';
import { TrackSound } from './track_sound';

const CHECK_MS = 1000;

export class StagePlayer {
  private sound: Sound | null = null;
  private turnId = '';
  private stems: string[] = [];
  private isAsked = false;
  private readonly timer = setInterval(() => this.keepInStep(), CHECK_MS);

  constructor(
    private readonly live: LiveRoom,
    /** The browser wants a tap before it makes sound. */
    private readonly refused: (isRefused: boolean) => void,
  ) {}

  get place(): number {
    return this.sound && this.isAsked ? this.sound.position() : this.live.place;
  }

  /** Follow the room as it is now. */
  async follow(room: Room): Promise<void> {
    const turn = room.onStage;
    if ((turn?.id ?? '') !== this.turnId) await this.change(room, turn?.id ?? '', turn?.songId ?? '');
    this.apply(room);
    await this.move(room);
  }

  close(): void {
    clearInterval(this.timer);
    this.sound?.close();
  }

  private async change(room: Room, turnId: string, songId: string): Promise<void> {
    this.turnId = turnId;
    this.isAsked = false;
    this.sound?.close();
    this.sound = null;
    if (turnId === '') return;
    const sound = await this.open(room.code, songId, turnId);
    if (this.turnId === turnId) this.sound = sound;
    else sound.close();
  }

  private async open(code: string, songId: string, turnId: string): Promise<Sound> {
    const stems = await roomStems(code, songId);
    this.stems = stems.map(({ name }) => name);
    const news: SoundNews = { report: () => undefined, stemFailed: () => undefined, ended: () => void this.sung(code, turnId) };
    if (canMix()) return (await import('../player/audio/deck_sound')).DeckSound.open(stems, news);
    return new TrackSound((query) => roomMix(code, songId, query), news);
  }

  private async sung(code: string, turnId: string): Promise<void> {
    this.live.hear(await tellSung(code, turnId));
  }

  private apply({ stage }: Room): void {
    const voices = this.stems.filter((name) => ['vocals', 'lead', 'backing'].includes(name));
    const guided = voices.reduce((mix, name) => withStrip(mix, name, { gain: stage.guide }), flatMix(this.stems));
    this.sound?.setMix(withSpeed(guided, { tempo: stage.tempo, pitch: stage.semitones }));
    this.sound?.setVolume(stage.volume);
  }

  private async move({ stage }: Room): Promise<void> {
    if (!this.sound) return;
    if (!stage.isPlaying) {
      this.isAsked = false;
      this.sound.pause();
      this.sound.seek(stage.position);
      return;
    }
    if (!this.isAsked) {
      this.sound.seek(this.live.place);
      await this.start();
    } else this.keepInStep();
  }

  /** Also called by a tap, when the browser had refused. */
  async start(): Promise<void> {
    try {
      await this.sound?.play();
      this.isAsked = true;
      this.sound?.seek(this.live.place);
      this.refused(false);
    } catch {
      this.refused(true); // The page then asks for a tap.
    }
  }

  private keepInStep(): void {
    if (!this.sound || !this.isAsked || !this.live.room?.stage.isPlaying) return;
    if (mustJump(this.sound.position(), this.live.place)) this.sound.seek(this.live.place);
  }
}
