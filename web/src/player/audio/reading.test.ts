import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { heldAhead, patient } from './reading';
import { UnreachableError, type ReadBytes } from './sources';

const FILE = Uint8Array.from({ length: 30 << 18 }, (_, place) => (place >> 10) & 255);
let isUp = true;
let asked = 0;

const server: ReadBytes = async (from, to) => {
  asked++;
  if (!isUp) throw new UnreachableError('cut');
  return { bytes: FILE.slice(from, to), size: FILE.length };
};

beforeEach(() => {
  vi.useFakeTimers();
  [isUp, asked] = [true, 0];
});
afterEach(() => void vi.useRealTimers());

const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(10);

it('waits through a cut of a minute and then answers', async () => {
  const read = patient(server);
  await read(0, 10);
  isUp = false;
  const late = read(1024, 1030);
  await vi.advanceTimersByTimeAsync(60_000);
  isUp = true;
  await vi.advanceTimersByTimeAsync(1_000);

  expect((await late).bytes).toEqual(FILE.slice(1024, 1030));
  expect(asked).toBeLessThan(70);
});

it('does not wait for a server that never answered, nor for a reader who has left', async () => {
  isUp = false;
  await expect(patient(server)(0, 10)).rejects.toThrow(UnreachableError);

  isUp = true;
  const [read, left] = [patient(server), new AbortController()];
  await read(0, 10);
  isUp = false;
  const never = expect(read(0, 10, left.signal)).rejects.toThrow();
  left.abort();
  await vi.advanceTimersByTimeAsync(1_000);
  await never;
});

it('holds what comes next, so that a cut is not noticed', async () => {
  const read = heldAhead(patient(server), new AbortController().signal, 8);
  await read(0, 65_536);
  await settled();
  isUp = false;

  const [from, to] = [(7 << 18) - 20, (7 << 18) + 50];
  expect((await read(from, to)).bytes).toEqual(FILE.slice(from, to));
  expect((await read(8 << 18, (8 << 18) + 10)).bytes.length).toBe(10);
});

it('fetches only what is near, and all of it once', async () => {
  const read = heldAhead(server, new AbortController().signal, 8);
  await read(0, 100);
  await settled();
  await read(200, 300);
  await settled();
  expect(asked).toBe(9);

  const end = await read(FILE.length - 10, FILE.length);
  expect(end).toEqual({ bytes: FILE.slice(-10), size: FILE.length });
  await settled();
  expect(asked).toBe(10);
});
