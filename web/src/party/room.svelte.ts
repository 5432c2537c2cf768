/** One room as it is now: loaded, then kept up to date by the room's own WebSocket, which comes back by itself. */
import { ApiProblem } from '../api/client';
import { seeRoom, type Room } from '../api/party';
import { pauseBefore } from '../live/backoff';
import { href } from '../shell/router.svelte';

/** The server's word for "there is no such room". */
const UNKNOWN_ROOM = 4404;

export class LiveRoom {
  room = $state<Room | null>(null);
  problem = $state<ApiProblem | null>(null);
  connected = $state(false);
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #isWanted = false;
  /** The server's clock minus ours, in seconds. */
  #ahead = 0;

  constructor(readonly code: string) {}

  open(): () => void {
    this.#isWanted = true;
    this.#connect();
    return () => this.close();
  }

  close(): void {
    this.#isWanted = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
  }

  /** Do something to the room and show what became of it at once. */
  async run(act: () => Promise<Room>): Promise<boolean> {
    try {
      this.take(await act());
      this.problem = null;
      return true;
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      this.problem = problem;
      return false;
    }
  }

  take(room: Room): void {
    if (this.room && room.version < this.room.version) return; // An older answer that was overtaken.
    this.#ahead = room.serverTime - Date.now() / 1000;
    this.room = room;
  }

  /** Where the song on stage is, in seconds, at this moment of this browser's clock. */
  position(now = Date.now() / 1000): number {
    const stage = this.room?.stage;
    if (!stage) return 0;
    const moved = stage.isPlaying ? (now + this.#ahead - stage.at) * stage.tempo : 0;
    return Math.max(0, stage.position + moved);
  }

  #connect(): void {
    clearTimeout(this.#timer);
    if (!this.#isWanted || this.#socket) return;
    const url = new URL(href(`/api/rooms/${encodeURIComponent(this.code)}/live`), location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url.href);
    this.#socket = socket;
    socket.addEventListener('message', (event) => this.#hear(String(event.data)));
    socket.addEventListener('close', (event) => this.#left(event.code));
  }

  #hear(text: string): void {
    const news = JSON.parse(text) as { type: string; room?: Room };
    this.#attempt = 0;
    this.connected = true;
    this.problem = null;
    if (news.type === 'room_changed' && news.room) this.take(news.room);
  }

  #left(code: number): void {
    this.#socket = null;
    this.connected = false;
    if (!this.#isWanted) return;
    if (code === UNKNOWN_ROOM) void this.#explain();
    else this.#timer = setTimeout(() => this.#connect(), pauseBefore(++this.#attempt, Math.random));
  }

  async #explain(): Promise<void> {
    await this.run(() => seeRoom(this.code));
    if (!this.problem) this.#connect();
  }
}

/** Minutes to wait, said as people say it. */
export function minutesOf(seconds: number): number {
  return Math.max(0, Math.round(seconds / 60));
}
