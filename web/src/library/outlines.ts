/** Small pictures of songs as the server measured them: a screenful in one answer, what is not drawn yet by itself. */
import { outlineOf, outlinesOf, type Outline } from '../api/playback';

const AT_ONCE = 2;
const IN_ONE = 60;
const KEPT = 500;
/** Rows that only fly past are not asked for. */
const REST_MS = 150;
const GATHER_MS = 20;

type Wish = { songId: string; show: (outline: Outline) => void; isWanted: boolean };

const kept = new Map<string, Outline>();
/** Wishes of this moment, then those whose pictures are still to be drawn: newest last. */
const together: Wish[] = [];
let alone: Wish[] = [];
let drawing = 0;

function fulfil(wishes: readonly Wish[], songId: string, outline: Outline): void {
  kept.set(songId, outline);
  const oldest = kept.size > KEPT ? kept.keys().next().value : undefined;
  if (oldest !== undefined) kept.delete(oldest);
  for (const wish of wishes) if (wish.isWanted && wish.songId === songId) wish.show(outline);
}

async function askTogether(): Promise<void> {
  while (together.length > 0) {
    const wishes = together.splice(-IN_ONE).filter(({ isWanted }) => isWanted);
    const ids = [...new Set(wishes.map(({ songId }) => songId))];
    // Without an answer each song is asked for by itself, as if none were drawn.
    const found = ids.length > 0 ? await outlinesOf(ids).catch((): Record<string, Outline> => ({})) : {};
    for (const [songId, outline] of Object.entries(found)) fulfil(wishes, songId, outline);
    alone.push(...wishes.filter(({ songId }) => !(songId in found)));
    while (drawing < AT_ONCE && alone.length > 0) void drawRest();
  }
}

async function drawRest(): Promise<void> {
  drawing++;
  for (let wish = alone.pop(); wish; wish = alone.pop()) {
    if (!wish.isWanted) continue;
    const { songId } = wish;
    const outline = await outlineOf(songId).catch((): Outline => ({}));
    fulfil([wish, ...alone], songId, outline);
    alone = alone.filter((other) => other.songId !== songId);
  }
  drawing--;
}

/** Hand over the outline, at once or later; the answer takes the wish back. A song that cannot be drawn stays flat. */
export function showOutline(songId: string, show: (outline: Outline) => void): () => void {
  const there = kept.get(songId);
  if (there) show(there);
  if (there) return () => undefined;
  const wish: Wish = { songId, show, isWanted: true };
  const timer = setTimeout(() => {
    if (together.length === 0) setTimeout(() => void askTogether(), GATHER_MS);
    together.push(wish);
  }, REST_MS);
  return () => {
    wish.isWanted = false;
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

/** The same bars as they are drawn in a square of `size`: one path for every stem that is loudest somewhere. */
export function mixedPaths(outline: Outline, count: number, size: number): { stem: string; path: string }[] {
  const [middle, step] = [size / 2, size / (count + 3)];
  const paths = new Map<string, string>();
  mixedBars(outline, count).forEach(({ stem, level }, place) => {
    const [x, reach] = [(place + 2) * step, (size / 3) * level];
    paths.set(stem, `${paths.get(stem) ?? ''}M${x} ${(middle - reach).toFixed(1)}V${(middle + reach).toFixed(1)}`);
  });
  return [...paths].map(([stem, path]) => ({ stem, path }));
}

/** What is silent is still a line. */
const FLAT = 0.04;

function grouped(levels: readonly number[], count: number): number[] {
  return Array.from({ length: count }, (_, place) => {
    const part = levels.slice(Math.floor((place * levels.length) / count), Math.ceil(((place + 1) * levels.length) / count));
    return Math.max(FLAT, (Math.max(0, ...part) / 127) ** 0.7);
  });
}
