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
  /** The turn whose song was played to its end here. */
  private sung = '';
  private isOpening = false;
  private stems: string[] = [];
  private isAsked = false;
  private readonly timer = setInterval(() => void this.check(), CHECK_MS);

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
    if ((room.onStage?.id ?? '') !== this.turnId) this.leave(room.onStage?.id ?? '');
    if (room.onStage && !this.sound) await this.open(room, room.onStage.songId);
    const now = this.live.room ?? room;
    this.apply(now);
    await this.move(now);
  }

  close(): void {
    clearInterval(this.timer);
    this.leave('');
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

  private leave(turnId: string): void {
    this.turnId = turnId;
    this.isAsked = false;
    this.sound?.close();
    this.sound = null;
  }

  private async open({ code }: Room, songId: string): Promise<void> {
    if (this.isOpening) return;
    this.isOpening = true;
    const turnId = this.turnId;
    try {
      const sound = await this.soundOf(code, songId, turnId);
      if (this.turnId === turnId) this.sound = sound;
      else sound.close();
    } finally {
      this.isOpening = false;
    }
  }

  private async soundOf(code: string, songId: string, turnId: string): Promise<Sound> {
    const stems = await roomStems(code, songId);
    this.stems = stems.map(({ name }) => name);
    const news: SoundNews = { report: () => undefined, stemFailed: () => undefined, ended: () => void (this.sung = turnId) };
    if (canMix()) return (await import('../player/audio/deck_sound')).DeckSound.open(stems, news, { holds: true });
    return new TrackSound((query) => roomMix(code, songId, query), news);
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
    if (!this.isAsked || this.isTakenBack) {
      this.sung = '';
      this.sound.seek(this.live.place);
      await this.start();
    } else this.keepInStep();
  }

  /** The song was over here, and somebody moved it back. */
  private get isTakenBack(): boolean {
    return this.sound !== null && this.sung === this.turnId && this.live.place < this.sound.total / this.sound.sampleRate - 1;
  }

  /** Every second: what a cut of the network left undone is done again, and the song kept in its place. */
  private async check(): Promise<void> {
    const room = this.live.room;
    try {
      if (room?.onStage && !this.sound) await this.follow(room);
      else if (room?.onStage && this.sung === room.onStage.id) this.live.hear(await tellSung(room.code, this.sung));
    } catch {
      return; // The server is not there just now: asked again in a second.
    }
    this.keepInStep();
  }

  private keepInStep(): void {
    if (!this.sound || !this.isAsked || this.sung === this.turnId || !this.live.room?.stage.isPlaying) return;
    if (mustJump(this.sound.position(), this.live.place)) this.sound.seek(this.live.place);
  }
}
