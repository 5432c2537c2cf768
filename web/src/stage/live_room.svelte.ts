/** News of one room, kept alive through cuts of the network, and its clock. */
import { apiAddress } from '../api/client';
import { clockOffset, placeAt, type Room } from './room';

type Answer = { asked: number; heard: number; server: number };
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const PING_MS = 15_000;
const UNKNOWN_ROOM = 4404;
const seconds = (): number => Date.now() / 1000;

export class LiveRoom {
  room = $state.raw<Room | null>(null);
  isConnected = $state(false);
  isMissing = $state(false);
  private answers: Answer[] = [];
  private socket: WebSocket | null = null;
  private pause = FIRST_PAUSE_MS;
  private timers: ReturnType<typeof setTimeout>[] = [];
  private isClosed = false;

  constructor(readonly code: string) {
    this.connect();
  }

  /** Where the song on stage is now. */
  get place(): number {
    return this.room ? placeAt(this.room.stage, seconds() + clockOffset(this.answers)) : 0;
  }

  /** What an answer to a command of ours said, ahead of the news. */
  hear(room: Room): void {
    if (!this.room || room.version >= this.room.version) this.room = room;
  }

  close(): void {
    this.isClosed = true;
    this.timers.forEach(clearTimeout);
    this.socket?.close();
  }

  private connect(): void {
    const address = new URL(apiAddress(`/api/rooms/${encodeURIComponent(this.code)}/live`), location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = (this.socket = new WebSocket(address));
    socket.onopen = () => {
      this.isConnected = true;
      this.pause = FIRST_PAUSE_MS;
      this.ping();
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => this.receive(JSON.parse(data) as Record<string, unknown>);
    socket.onclose = ({ code }) => this.retry(code);
  }

  private retry(code: number): void {
    this.isConnected = false;
    this.isMissing = code === UNKNOWN_ROOM;
    if (this.isClosed || this.isMissing) return;
    this.timers.push(setTimeout(() => this.connect(), this.pause));
    this.pause = Math.min(LONGEST_PAUSE_MS, this.pause * 2);
  }

  private ping(): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: 'ping', id: seconds() }));
    if (!this.isClosed) this.timers = [...this.timers.slice(-4), setTimeout(() => this.ping(), this.answers.length < 4 ? 400 : PING_MS)];
  }

  private receive(news: Record<string, unknown>): void {
    if (news.type === 'pong') this.answers = [...this.answers.slice(-7), { asked: Number(news.id), heard: seconds(), server: Number(news.serverTime) }];
    else if (news.room) this.hear(news.room as Room);
  }
}
