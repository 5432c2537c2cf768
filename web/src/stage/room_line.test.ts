import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RoomLine, type News } from './room_line';

/** A network that can be cut: sockets then neither open, nor answer, nor close. */
class Network {
  isUp = true;
  sockets: FakeSocket[] = [];
  version = 1;
  readonly dial = (): WebSocket => {
    const socket = new FakeSocket(this);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  };
  get open(): number {
    return this.sockets.filter((socket) => socket.isOpen).length;
  }
  tell(): void {
    this.sockets.filter((socket) => socket.isOpen && this.isUp).forEach((socket) => socket.onmessage?.({ data: JSON.stringify({ room: { version: this.version } }) }));
  }
}

class FakeSocket {
  isOpen = false;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((end: { code: number }) => void) | null = null;

  constructor(private readonly network: Network) {
    if (!network.isUp) return;
    setTimeout(() => {
      this.isOpen = true;
      this.onopen?.();
      network.tell();
    }, 5);
  }

  send(): void {
    if (this.network.isUp) setTimeout(() => this.onmessage?.({ data: '{"type":"pong"}' }), 5);
  }

  close(): void {
    this.isOpen = false;
  }
}

let network: Network;
let line: RoomLine;
let story: string[];
let heard: News[];

beforeEach(() => {
  vi.useFakeTimers();
  [network, story, heard] = [new Network(), [], []];
  line = new RoomLine(network.dial, {
    opened: () => story.push('opened'),
    cut: (isMissing) => story.push(isMissing ? 'missing' : 'cut'),
    heard: (news) => void (news.room && heard.push(news.room as News)),
  });
});
afterEach(() => {
  line.close();
  vi.useRealTimers();
});

it('notices a minute without network, and has the room as it is within seconds of its end', async () => {
  await vi.advanceTimersByTimeAsync(30_000);
  network.isUp = false;
  network.version = 9;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(story).toEqual(['opened', ...story.slice(1).map(() => 'cut')]);
  expect(story.length).toBeLessThan(8); // Not a storm of attempts.

  network.isUp = true;
  await vi.advanceTimersByTimeAsync(14_000);

  expect(story.at(-1)).toBe('opened');
  expect(heard.at(-1)).toEqual({ version: 9 });
  expect(network.open).toBe(1);
});

it('dials at once when the browser says that the network is back', async () => {
  await vi.advanceTimersByTimeAsync(1_000);
  network.isUp = false;
  line.lost();
  await vi.advanceTimersByTimeAsync(40_000);
  network.isUp = true;

  line.found();
  await vi.advanceTimersByTimeAsync(10);

  expect(story.at(-1)).toBe('opened');
  expect(network.open).toBe(1);
});

it('leaves a line that stands alone, however often it is told so', async () => {
  await vi.advanceTimersByTimeAsync(120_000);
  line.found();

  expect(story).toEqual(['opened']);
  expect(network.sockets.length).toBe(1);
});

it('does not dial again for a room that is not there, nor when it was closed', async () => {
  await vi.advanceTimersByTimeAsync(10);
  network.sockets[0]?.onclose?.({ code: 4404 });
  await vi.advanceTimersByTimeAsync(60_000);

  expect(story).toEqual(['opened', 'missing']);
  expect(network.sockets.length).toBe(1);
});
