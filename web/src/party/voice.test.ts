import { expect, it } from 'vitest';
import { noteOf, shiftOf, withEnd } from './voice';

it('names notes and shifts as singers do', () => {
  expect([60, 45, 69].map(noteOf)).toEqual(['C4', 'A2', 'A4']);
  expect([3, -2].map(shiftOf)).toEqual(['+3', '−2']);
});

it('keeps the lowest below the highest', () => {
  const range = { lowest: 50, highest: 60 };

  expect(withEnd(range, 'lowest', 62)).toEqual({ lowest: 62, highest: 63 });
  expect(withEnd(range, 'highest', 48)).toEqual({ lowest: 47, highest: 48 });
  expect(withEnd(range, 'lowest', 10).lowest).toBe(36);
});
