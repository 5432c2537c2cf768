import { describe, expect, it } from 'vitest';
import { ApiProblem } from '../api/client';

class Kept {
  readonly notes = new Map<string, string>();
  getItem = (name: string) => this.notes.get(name) ?? null;
  setItem = (name: string, value: string) => void this.notes.set(name, value);
  removeItem = (name: string) => void this.notes.delete(name);
}
Object.assign(globalThis, { localStorage: new Kept() });
const { sendInPieces } = await import('./pieces');

const FILE = new File([new Uint8Array(5 * 1024 * 1024).map((_, place) => place % 251)], 'song.flac', { lastModified: 1 });
const quiet = new AbortController().signal;

/** A server that keeps what arrives, and breaks when it is told to. */
class Server {
  kept = new Kept();
  bytes = Buffer.alloc(0);
  begun = 0;
  breaks: (ApiProblem | null)[] = [];
  state = () => ({ id: 'u', name: FILE.name, size: FILE.size, received: this.bytes.length, pieceBytes: 8_388_608 });
  begin = async () => (this.begun++, this.state());
  soFar = async () => this.state();
  rest = async () => undefined;
  send = async (_id: string, offset: number, piece: Blob) => {
    const trouble = this.breaks.shift();
    if (trouble) throw trouble;
    if (offset !== this.bytes.length) throw new ApiProblem(409, 'not there');
    this.bytes = Buffer.concat([this.bytes, Buffer.from(await piece.arrayBuffer())]);
    return this.state();
  };
}

const whole = async (server: Server) => expect(server.bytes.equals(Buffer.from(await FILE.arrayBuffer()))).toBe(true);

describe('a file in pieces', () => {
  it('arrives whole, and says how far it is', async () => {
    const server = new Server();
    const shares: number[] = [];

    await sendInPieces(FILE, (share) => shares.push(share), quiet, server);

    await whole(server);
    expect(shares).toEqual([0, 0.4, 0.8, 1]);
    expect(server.kept.notes.size).toBe(0);
  });

  it('goes on where it was cut', async () => {
    const server = new Server();
    server.breaks = [null, new ApiProblem(0, 'cut'), new ApiProblem(503, 'restarting')];

    await sendInPieces(FILE, () => undefined, quiet, server);

    await whole(server);
    expect(server.begun).toBe(1);
  });

  it('goes on after the page was closed', async () => {
    const server = new Server();
    server.breaks = [null, new ApiProblem(401, 'signed out')];
    await expect(sendInPieces(FILE, () => undefined, quiet, server)).rejects.toThrow('signed out');

    await sendInPieces(FILE, () => undefined, quiet, server);

    await whole(server);
    expect(server.begun).toBe(1);
  });

  it('gives up when the server refuses', async () => {
    const server = new Server();
    server.breaks = [new ApiProblem(413, 'too large')];

    await expect(sendInPieces(FILE, () => undefined, quiet, server)).rejects.toThrow('too large');
  });
});
