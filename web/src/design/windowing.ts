/** Which rows of a very long list are worth drawing. */

export type Window = { first: number; last: number };

/** Rows `first` up to and without `last`, a few more than can be seen on either side. */
export function visibleRows(scrolled: number, height: number, row: number, total: number, spare = 6): Window {
  if (total <= 0 || row <= 0 || height <= 0) return { first: 0, last: 0 };
  const top = Math.floor(Math.max(0, scrolled) / row);
  const first = Math.max(0, Math.min(top, total) - spare);
  const last = Math.min(total, top + Math.ceil(height / row) + spare + 1);
  return { first, last: Math.max(first, last) };
}

/** The pages (by number) that hold the rows of a window. */
export function pagesOf(window: Window, size: number): number[] {
  if (window.last <= window.first) return [];
  const [from, to] = [Math.floor(window.first / size), Math.floor((window.last - 1) / size)];
  return Array.from({ length: to - from + 1 }, (_, step) => from + step);
}
