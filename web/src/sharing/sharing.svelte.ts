/** What plays in the studio, shared live. Goes on while pages and the dialog come and go; ends with the player. */
import { lrcOf, publishAddress, startSession, stopSession, type Begun } from '../api/sharing';
import { Capture, type Piece } from '../player/audio/capture';
import { tap } from '../player/audio/tap';
import { player } from '../shell/player.svelte';
import { bytesOf } from './frames';

const TICK_MS = 700;
const RETRY_MS = 2000;
/** More than this unsent means the way out is too slow: leave chunks out, the listeners hear of it. */
const MOST_UNSENT = 2_000_000;

class Sharing {
  code = $state('');
  isConnected = $state(false);
  sendsSound = $state(false);
  /** What the server said no to, in its words. */
  trouble = $state('');
  private begun: Begun | null = null;
  private socket: WebSocket | null = null;
  private capture: Capture | null = null;
  private isCapturing = false;
  private sequence = 0;
  private lyrics = { songId: '', text: '' };
  private ticking: ReturnType<typeof setInterval> | undefined;
  private retrying: ReturnType<typeof setTimeout> | undefined;

  get isOn(): boolean {
    return this.code !== '';
  }

  /** With `record`, what is heard becomes a song of one's own in the end. */
  async begin(record = false): Promise<void> {
    if (this.begun) return;
    this.begun = await startSession(record);
    this.code = this.begun.sessionId;
    this.trouble = '';
    this.sequence = 0;
    this.connect();
    this.ticking = setInterval(() => this.tick(), TICK_MS);
  }

  async end(): Promise<void> {
    const { begun } = this;
    if (!begun) return;
    this.begun = null;
    this.code = '';
    clearInterval(this.ticking);
    clearTimeout(this.retrying);
    this.letGo();
    this.socket?.close();
    await stopSession(begun);
  }

  private connect(): void {
    if (!this.begun) return;
    const socket = (this.socket = new WebSocket(publishAddress(this.begun)));
    socket.onopen = () => {
      this.isConnected = true;
      this.tick();
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.trouble = (JSON.parse(data) as { error?: string }).error ?? '';
    };
    socket.onclose = () => {
      this.isConnected = false;
      if (this.begun) this.retrying = setTimeout(() => this.connect(), RETRY_MS);
    };
  }

  private tick(): void {
    const { song } = player;
    if (!song) {
      this.end().catch((problem: unknown) => console.error('the session was not stopped', problem));
      return;
    }
    if (this.lyrics.songId !== song.id) void this.fetchLyrics(song.id);
    this.keepCapturing();
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(
      JSON.stringify({
        title: song.title,
        artist: song.artist,
        lyrics: this.lyrics.text,
        hasSyncedLyrics: /\[\d+:/.test(this.lyrics.text),
        elapsedSeconds: player.position,
        totalSeconds: player.duration,
        timestamp: Date.now(),
        paused: !player.playing,
      }),
    );
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
