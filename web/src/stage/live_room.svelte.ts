/** News of one room, kept alive through cuts of the network, and its clock. */
import { apiAddress } from '../api/client';
import { clockOffset, placeAt, type Room } from './room';
import { RoomLine, type News } from './room_line';

type Answer = { asked: number; heard: number; server: number };
const seconds = (): number => Date.now() / 1000;

export class LiveRoom {
  room = $state.raw<Room | null>(null);
  isConnected = $state(false);
  isMissing = $state(false);
  private answers: Answer[] = [];
  private readonly line: RoomLine;
  private readonly lost = () => this.line.lost();
  private readonly found = () => this.line.found();

  constructor(readonly code: string) {
    const address = new URL(apiAddress(`/api/rooms/${encodeURIComponent(code)}/live`), location.href);
    address.protocol = address.protocol.replace('http', 'ws');
    this.line = new RoomLine(() => new WebSocket(address), {
      opened: () => (this.isConnected = true),
      cut: (isMissing) => ((this.isConnected = false), (this.isMissing = isMissing)),
      heard: (news) => this.receive(news),
    });
    addEventListener('offline', this.lost);
    addEventListener('online', this.found);
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
    removeEventListener('offline', this.lost);
    removeEventListener('online', this.found);
    this.line.close();
  }

  private receive(news: News): void {
    if (news.type === 'pong') this.answers = [...this.answers.slice(-7), { asked: Number(news.id), heard: seconds(), server: Number(news.serverTime) }];
    else if (news.room) this.hear(news.room as Room);
  }
}
