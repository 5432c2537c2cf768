import { expect, it } from 'vitest';
import type { StageWish } from '../api/rooms';
import { Steering } from './steering.svelte';

function slowServer(): { sent: StageWish[]; answer: () => void; send: (wish: StageWish) => Promise<void> } {
  let answer: () => void = () => undefined;
  const sent: StageWish[] = [];
  const send = (wish: StageWish): Promise<void> => (sent.push(wish), new Promise((done) => (answer = done)));
  return { sent, send, answer: () => answer() };
}

it('sends of a drag what was first and what is newest, and shows the newest at once', async () => {
  const server = slowServer();
  const steering = new Steering(server.send);

  const dragged = steering.move({ position: 10 });
  for (const position of [11, 12, 13]) void steering.move({ position });
  void steering.move({ guide: 0.4 });
  expect(steering.pending).toEqual({ position: 13, guide: 0.4 });

  server.answer();
  await Promise.resolve();
  await Promise.resolve();
  expect(server.sent).toEqual([{ position: 10 }, { position: 13, guide: 0.4 }]);
  server.answer();
  await dragged;
  expect(steering.pending).toEqual({});
});

it('is ready for the next wish after one that was refused', async () => {
  const sent: StageWish[] = [];
  const steering = new Steering(async (wish) => {
    sent.push(wish);
    if (wish.tempo) throw new Error('no');
  });

  await expect(steering.move({ tempo: 2 })).rejects.toThrow('no');
  await steering.move({ volume: 0.5 });

  expect(sent).toEqual([{ tempo: 2 }, { volume: 0.5 }]);
  expect(steering.pending).toEqual({});
});
