/** What plays in the studio, shared live. Goes on while pages and the dialog come and go; ends with the player. */
import { ApiProblem } from '../api/client';
import { lrcOf, publishAddress, startAgain, startSession, stopSession, type Begun, type Wish } from '../api/sharing';
import { desk } from '../mixer/desk.svelte';
import { Capture, type Piece } from '../player/audio/capture';
import { tap } from '../player/audio/tap';
import { player, type PlayingSong } from '../shell/player.svelte';
import { bytesOf } from './frames';
import { forgetSession, keepSession, keptSession } from './kept';
import { ServerClock } from './pacing';
import { hasMoved, transportOf, type Told } from './transport';

const LOOK_MS = 100;
const TELL_MS = 700;
const PING_MS = 5000;
const RETRY_MS = 2000;
/** More than this unsent means the way out is too slow: leave chunks out, the listeners hear of it. */
const MOST_UNSENT = 2_000_000;
const microseconds = (): number => performance.now() * 1000;

class Sharing {
  code = $state('');
  isConnected = $state(false);
  sendsSound = $state(false);
  /** No sound is sent: everybody plays the song for themselves. */
  isTogether = $state(false);
  /** What the server said no to, in its words. */
  trouble = $state('');
  private begun: Begun | null = null;
  private socket: WebSocket | null = null;
  private capture: Capture | null = null;
  private isCapturing = false;
  private sequence = 0;
  private lyrics = { songId: '', text: '' };
  private clock = new ServerClock();
  private sharedSong = '';
  private told: Told | null = null;
  private timers: ReturnType<typeof setInterval>[] = [];
  private retrying: ReturnType<typeof setTimeout> | undefined;

  get isOn(): boolean {
    return this.code !== '';
  }

  /** A session of this tab that was running when the page was left. */
  get kept(): string {
    return keptSession()?.begun.sessionId ?? '';
  }

  /** With `record`, what is heard becomes a song of one's own in the end. */
  async begin(record: boolean, together: boolean): Promise<void> {
    if (this.begun) return;
    this.run(await startSession({ record, ...this.songFor(together) }), together);
  }

  /** Take up the kept session: the listeners are still there. */
  async goOn(): Promise<void> {
    const kept = keptSession();
    if (this.begun || !kept) return;
    forgetSession();
    await startAgain(kept.begun, this.songFor(kept.together));
    this.run(kept.begun, kept.together);
  }

  async end(): Promise<void> {
    const { begun } = this;
    if (!begun) return;
    this.begun = null;
    this.code = '';
    this.timers.forEach(clearInterval);
    clearTimeout(this.retrying);
    forgetSession();
    this.letGo();
    this.socket?.close();
    await stopSession(begun);
  }

  private songFor(together: boolean): Wish {
    return together ? { together: { songId: player.song?.id ?? '' } } : {};
  }

  private run(begun: Begun, together: boolean): void {
    this.begun = begun;
    this.code = begun.sessionId;
    this.isTogether = together;
    this.sharedSong = player.song?.id ?? '';
    this.trouble = '';
    this.sequence = 0;
    this.told = null;
    keepSession({ begun, together });
    this.connect();
    this.timers = [setInterval(() => this.look(), LOOK_MS), setInterval(() => this.ping(), PING_MS)];
  }

  private connect(): void {
    if (!this.begun) return;
    const socket = (this.socket = new WebSocket(publishAddress(this.begun)));
    socket.onopen = () => {
      this.isConnected = true;
      this.told = null;
      for (const pause of [0, 150, 400]) setTimeout(() => this.ping(), pause);
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => this.hear(JSON.parse(data) as Record<string, unknown>);
    socket.onclose = () => {
      this.isConnected = false;
      if (this.begun) this.retrying = setTimeout(() => this.connect(), RETRY_MS);
    };
  }

  private hear(news: Record<string, unknown>): void {
    this.trouble = typeof news.error === 'string' ? news.error : '';
    if (news.type === 'pong') this.clock.answered(Number(news.id), microseconds(), Number(news.received), Number(news.sent));
  }

  private ping(): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: 'ping', id: microseconds() }));
  }

  private look(): void {
    const { song } = player;
    if (!song) {
      this.end().catch((problem: unknown) => console.error('the session was not stopped', problem));
      return;
    }
    if (this.lyrics.songId !== song.id) void this.fetchLyrics(song.id);
    if (!this.isTogether) this.keepCapturing();
    else if (song.id !== this.sharedSong) void this.changeSong(song.id);
    if (this.socket?.readyState === WebSocket.OPEN && this.isTime(song)) this.tell(song);
  }

  /** Others play what we do: they hear at once when we press, seek or turn a knob. */
  private isTime(song: PlayingSong): boolean {
    const now = performance.now();
    if (!this.told || now - this.told.moment >= TELL_MS) return true;
    return this.isTogether && hasMoved(this.told, { place: player.place(), playing: player.playing, mix: desk.mixOf(song.id), moment: now });
  }

  private tell(song: PlayingSong): void {
    const [mix, place] = [desk.mixOf(song.id), player.place()];
    this.told = { place, playing: player.playing, mix, moment: performance.now() };
    const isPlaying = player.playing && !player.waiting;
    this.socket?.send(
      JSON.stringify({
        title: song.title,
        artist: song.artist,
        lyrics: this.lyrics.text,
        hasSyncedLyrics: /\[\d+:/.test(this.lyrics.text),
        elapsedSeconds: place,
        totalSeconds: player.duration,
        timestamp: Date.now(),
        paused: !player.playing,
        ...(this.isTogether && { transport: transportOf(mix, place, isPlaying, this.clock.now(microseconds())) }),
      }),
    );
  }

  /** Another song, the same code: the listeners' players change with ours. */
  private async changeSong(songId: string): Promise<void> {
    this.sharedSong = songId;
    try {
      if (this.begun) await startAgain(this.begun, { together: { songId } });
      this.told = null;
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      this.trouble = problem.message;
    }
  }

  private async fetchLyrics(songId: string): Promise<void> {
    this.lyrics = { songId, text: '' };
    const text = await lrcOf(songId);
    if (this.lyrics.songId === songId) this.lyrics = { songId, text };
  }

  /** Pick up whatever engine sounds now; engines come and go with songs. */
  private keepCapturing(): void {
    const { outlet } = tap;
    if (this.capture && this.capture.outlet !== outlet) this.letGo();
    if (this.capture || this.isCapturing || !outlet || !player.playing) return;
    this.isCapturing = true;
    Capture.of(outlet, (piece) => this.send(piece))
      .then((capture) => {
        if (this.begun && tap.outlet === outlet) this.capture = capture;
        else capture?.close();
      })
      .catch((problem: unknown) => console.error('the sound cannot be shared', problem))
      .finally(() => (this.isCapturing = false));
  }

  private letGo(): void {
    this.capture?.close();
    this.capture = null;
    this.sendsSound = false;
  }

  private send({ samples, sampleRate, startedAt }: Piece): void {
    const sequence = this.sequence++;
    if (this.socket?.readyState !== WebSocket.OPEN || this.socket.bufferedAmount > MOST_UNSENT) return;
    this.socket.send(bytesOf({ channels: 2, sampleRate, sequence, sharedAt: startedAt, samples }));
    this.sendsSound = true;
  }
}

export const sharing = new Sharing();
