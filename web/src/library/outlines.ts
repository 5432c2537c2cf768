/** Small pictures of songs as the server measured them; a long list asks for a few at a time, newest wish first. */
import { outlineOf, type Outline } from '../api/playback';

const AT_ONCE = 2;
const KEPT = 500;
/** Rows that only fly past are not asked for. */
const REST_MS = 150;

const kept = new Map<string, Outline>();
const waiting: (() => Promise<void>)[] = [];
let running = 0;

function next(): void {
  const work = running < AT_ONCE ? waiting.pop() : undefined;
  if (!work) return;
  running++;
  void work().finally(() => {
    running--;
    next();
  });
}

function keep(songId: string, outline: Outline): void {
  kept.set(songId, outline);
  const oldest = kept.size > KEPT ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
}

/** Hand over the outline, at once or later; the answer takes the wish back. A song that cannot be drawn stays flat. */
export function showOutline(songId: string, show: (outline: Outline) => void): () => void {
  const there = kept.get(songId);
  if (there) show(there);
  if (there) return () => undefined;
  let isWanted = true;
  const timer = setTimeout(() => {
    waiting.push(async () => {
      if (!isWanted) return;
      const outline = await outlineOf(songId).catch((): Outline => ({}));
      keep(songId, outline);
      if (isWanted) show(outline);
    });
    next();
  }, REST_MS);
  return () => {
    isWanted = false;
    clearTimeout(timer);
  };
}

/** One stem as bars of a path: `count` of them across `width`, around the middle of `height`. */
export function barsPath(levels: readonly number[], count: number, width: number, height: number): string {
  const step = width / count;
  return grouped(levels, count)
    .map((level, place) => `M${((place + 0.5) * step).toFixed(1)} ${((height / 2) * (1 - level)).toFixed(1)}V${((height / 2) * (1 + level)).toFixed(1)}`)
    .join('');
}

/** All stems in one row of bars: how loud, and which stem is the loudest. */
export function mixedBars(outline: Outline, count: number): { stem: string; level: number }[] {
  const rows = Object.entries(outline).map(([stem, levels]) => ({ stem, levels: grouped(levels, count) }));
  return Array.from({ length: count }, (_, place) => {
    const here = rows.map(({ stem, levels }) => ({ stem, level: levels[place] ?? 0 }));
    return here.reduce((most, one) => (one.level > most.level ? one : most), { stem: 'original', level: FLAT });
  });
}

/** What is silent is still a line. */
const FLAT = 0.04;

function grouped(levels: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, place) => {
    const part = levels.slice(Math.floor((place * levels.length) / count), Math.ceil(((place + 1) * levels.length) / count));
    return Math.max(FLAT, (Math.max(0, ...part) / 127) ** 0.7);
  });
}
