/** Which rows of a very long list are worth drawing. */

export type Window = { first: number; last: number };

/** Rows drawn beyond what can be seen, on either side: a page down finds its rows there already. */
export const SPARE = 10;

export const rowsAround = (height: number, row: number, spare: number): number => Math.ceil(height / row) + 1 + 2 * spare;

/** Rows `first` up to and without `last`: what can be seen and `spare` on either side, all of them beyond it at an end. */
export function visibleRows(scrolled: number, height: number, row: number, total: number, spare: number): Window {
  if (total <= 0 || row <= 0 || height <= 0) return { first: 0, last: 0 };
  const count = rowsAround(height, row, spare);
  const top = Math.floor(Math.max(0, scrolled) / row);
  const first = Math.max(0, Math.min(top - spare, total - count));
  return { first, last: Math.min(total, first + count) };
}

/** Row `place % rows` shows place: who is drawn once `next` is written over the rows it needs and the others stay as they are. */
export function writtenOver(drawn: readonly number[], next: Window, rows: number, total: number): number[] {
  const places = Array.from({ length: next.last - next.first }, (_, step) => next.first + step);
  const taken = new Set(places.map((place) => place % rows));
  const staying = drawn.filter((place) => place < total && !taken.has(place % rows));
  return [...staying, ...places].sort((a, b) => a - b);
}

/** The pages (by number) that hold the rows of a window. */
export function pagesOf(window: Window, size: number): number[] {
  if (window.last <= window.first) return [];
  const [from, to] = [Math.floor(window.first / size), Math.floor((window.last - 1) / size)];
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}
