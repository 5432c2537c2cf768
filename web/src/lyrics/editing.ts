/** Changes to the words of a song. Every change answers a new document; a line touched by hand is a human line. */
import type { Line, Word, Words } from './document';

const SHORTEST = 0.02;
/** A word that nobody has timed lasts about this long. */
const USUAL = 0.3;

/** Put a word at a time; it keeps its length, and stays between its neighbours. */
export function moveWord(words: Words, line: number, word: number, start: number): Words {
  return withLine(words, line, (before) => {
    const moving = before.words[word];
    if (!moving) return before;
    const earliest = before.words[word - 1]?.start ?? 0;
    const latest = before.words[word + 1]?.start ?? Infinity;
    const at = Math.min(Math.max(start, earliest + SHORTEST), latest - SHORTEST);
    const moved = { ...moving, start: at, end: Math.max(at + SHORTEST, Math.min(moving.end + at - moving.start, latest)), confidence: 1 };
    return retimed(before, fitted(before.words, word, moved));
  });
}

/** Move a word's end; the next word is pushed, never crossed. */
export function endWord(words: Words, line: number, word: number, end: number): Words {
  return withLine(words, line, (before) => {
    const ending = before.words[word];
    if (!ending) return before;
    const latest = before.words[word + 1]?.start ?? Infinity;
    const at = Math.min(Math.max(end, ending.start + SHORTEST), latest);
    return retimed(before, replacedAt(before.words, word, { ...ending, end: at, confidence: 1 }));
  });
}

/** Move a whole line, its words with it. */
export function moveLine(words: Words, line: number, by: number): Words {
  return withLine(words, line, (before) => shifted(before, by));
}

/** New text for a line: words that stay keep their times, new ones share the room between those. */
export function retextLine(words: Words, line: number, text: string): Words {
  const clean = text.replace(/\s+/g, ' ').trim();
  return withLine(words, line, (before) => {
    const spoken = clean === '' ? [] : clean.split(' ');
    if (before.start === null || before.words.length === 0) return { ...before, text: clean };
    return { ...retimed(before, spread(kept(before.words, spoken), before)), text: clean };
  });
}

export function splitLine(words: Words, line: number, beforeWord: number): Words {
  const whole = words.lines[line];
  if (!whole) return words;
  const spoken = whole.text.split(/\s+/);
  const isTimed = whole.words.length > 0;
  const count = isTimed ? whole.words.length : spoken.length;
  if (beforeWord <= 0 || beforeWord >= count) return words;
  const [first, second] = isTimed ? cutTimed(whole, beforeWord) : cutText(whole, spoken, beforeWord);
  return withLines(words, [...words.lines.slice(0, line), first, second, ...words.lines.slice(line + 1)]);
}

/** Join a line with the one after it. */
export function mergeLines(words: Words, line: number): Words {
  const [first, second] = [words.lines[line], words.lines[line + 1]];
  if (!first || !second) return words;
  const settled = shifted(second, second.offset - first.offset);
  const merged: Line = {
    ...first,
    text: `${first.text} ${second.text}`.trim(),
    start: first.start ?? settled.start,
    end: settled.end ?? first.end,
    words: first.words.length > 0 && second.words.length > 0 ? [...first.words, ...settled.words] : [],
    provenance: 'human',
  };
  return withLines(words, [...words.lines.slice(0, line), merged, ...words.lines.slice(line + 2)]);
}

export function insertLine(words: Words, after: number, text = ''): Words {
  const line: Line = { text, start: null, end: null, words: [], voice: 'lead', provenance: 'human', offset: 0, rest: {} };
  return withLines(words, [...words.lines.slice(0, after + 1), line, ...words.lines.slice(after + 1)]);
}

export function removeLine(words: Words, line: number): Words {
  return withLines(words, words.lines.filter((_, index) => index !== line));
}

export function setVoice(words: Words, line: number, voice: Line['voice']): Words {
  return withLine(words, line, (before) => ({ ...before, voice }));
}

/** Nudge everything; null puts the offset back. */
export function nudge(words: Words, by: number | null): Words {
  return { ...words, offset: by === null ? 0 : Math.round((words.offset + by) * 1000) / 1000 };
}

export interface TapPlace {
  line: number;
  word: number;
}

/** Tap-to-time: the word begins now, and the one before it ends at the latest now. */
export function tapped(words: Words, place: TapPlace, time: number): Words {
  const whole = words.lines[place.line];
  if (!whole) return words;
  const at = time - words.offset - whole.offset;
  return withLine(words, place.line, (before) => {
    const slots = slotsOf(before);
    const timed = slots.map((word, index): Word => {
      if (index === place.word) return { ...word, start: at, end: Math.max(word.end, at + USUAL), confidence: 1 };
      if (index < place.word && word.end > at) return { ...word, start: Math.min(word.start, at - SHORTEST), end: at };
      return index > place.word && word.start < at ? { ...word, start: at + SHORTEST, end: at + USUAL } : word;
    });
    return retimed(before, timed);
  });
}

/** The next word to tap, across lines; null at the end. */
export function afterTap(words: Words, { line, word }: TapPlace): TapPlace | null {
  const here = words.lines[line];
  if (here && word + 1 < slotsOf(here).length) return { line, word: word + 1 };
  const next = words.lines.findIndex((each, index) => index > line && each.text.trim() !== '');
  return next < 0 ? null : { line: next, word: 0 };
}

/** How often a text occurs, and the document with each occurrence replaced. */
export function replaceAll(words: Words, find: string, by: string): { words: Words; count: number } {
  if (find === '') return { words, count: 0 };
  const pattern = new RegExp(find.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  let count = 0;
  let changed = words;
  words.lines.forEach((line, index) => {
    const found = line.text.match(pattern)?.length ?? 0;
    if (found > 0) changed = retextLine(changed, index, line.text.replace(pattern, () => by));
    count += found;
  });
  return { words: changed, count };
}

function withLine(words: Words, index: number, change: (line: Line) => Line): Words {
  const before = words.lines[index];
  if (!before) return words;
  const after = change(before);
  if (after === before) return words;
  return withLines(words, replacedAt(words.lines, index, { ...after, provenance: 'human' }));
}

function withLines(words: Words, lines: readonly Line[]): Words {
  return { ...words, lines };
}

function retimed(line: Line, words: readonly Word[]): Line {
  const [first, last] = [words[0], words.at(-1)];
  return first && last ? { ...line, words, start: first.start, end: last.end } : { ...line, words };
}

function shifted(line: Line, by: number): Line {
  const move = (time: number): number => Math.max(0, time + by);
  const words = line.words.map((word) => ({ ...word, start: move(word.start), end: move(word.end) }));
  return { ...line, words, start: line.start === null ? null : move(line.start), end: line.end === null ? null : move(line.end) };
}

/** The word before ends where this one now begins. */
function fitted(words: readonly Word[], index: number, moved: Word): Word[] {
  const placed = replacedAt(words, index, moved);
  const before = placed[index - 1];
  return before && before.end > moved.start ? replacedAt(placed, index - 1, { ...before, end: moved.start }) : placed;
}

/** The words of a line to tap; an untimed one has them at no time yet. */
function slotsOf(line: Line): readonly Word[] {
  if (line.words.length > 0) return line.words;
  const at = line.start ?? 0;
  return line.text.split(/\s+/).filter(Boolean).map((text) => ({ text, start: at, end: at, confidence: null }));
}

type Slot = { text: string; known: Word | null };

/** Pair the new words with the old in order, so that what was not touched keeps its time (longest common sequence). */
function kept(old: readonly Word[], spoken: readonly string[]): Slot[] {
  const same = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
  const lengths = Array.from({ length: spoken.length + 1 }, () => new Array<number>(old.length + 1).fill(0));
  for (let row = spoken.length - 1; row >= 0; row--) {
    for (let column = old.length - 1; column >= 0; column--) {
      const isSame = same(spoken[row] ?? '', old[column]?.text ?? '');
      lengths[row]![column] = isSame ? lengths[row + 1]![column + 1]! + 1 : Math.max(lengths[row + 1]![column]!, lengths[row]![column + 1]!);
    }
  }
  let column = 0;
  const isSwap = spoken.length === old.length;
  return spoken.map((text, row) => {
    if (isSwap) return { text, known: old[row] ?? null };
    while (column < old.length && lengths[row]![column]! === lengths[row]![column + 1]! && !same(text, old[column]?.text ?? '')) column++;
    const match = same(text, old[column]?.text ?? '') ? (old[column++] ?? null) : null;
    return { text, known: match };
  });
}

/** Words without a time share the room between their timed neighbours evenly. */
function spread(slots: readonly Slot[], line: Line): Word[] {
  return slots.map(({ text, known }, index) => {
    if (known) return { ...known, text };
    const before = slots.findLastIndex((slot, place) => place < index && slot.known !== null);
    const after = slots.findIndex((slot, place) => place > index && slot.known !== null);
    const from = slots[before]?.known?.end ?? line.start ?? 0;
    const to = Math.max(from, slots[after]?.known?.start ?? line.end ?? from + USUAL);
    const count = (after < 0 ? slots.length : after) - before - 1;
    const share = (to - from) / count;
    const place = index - before - 1;
    return { text, start: from + place * share, end: from + (place + 1) * share, confidence: null };
  });
}

function cutTimed(line: Line, at: number): [Line, Line] {
  const part = (words: readonly Word[]): Line =>
    retimed({ ...line, text: words.map((word) => word.text).join(' '), provenance: 'human' }, words);
  return [part(line.words.slice(0, at)), part(line.words.slice(at))];
}

function cutText(line: Line, spoken: readonly string[], at: number): [Line, Line] {
  const middle = line.start === null || line.end === null ? null : line.start + ((line.end - line.start) * at) / spoken.length;
  const first: Line = { ...line, text: spoken.slice(0, at).join(' '), end: middle, provenance: 'human' };
  return [first, { ...line, text: spoken.slice(at).join(' '), start: middle, provenance: 'human' }];
}

function replacedAt<Item>(items: readonly Item[], index: number, item: Item): Item[] {
  return items.map((each, place) => (place === index ? item : each));
}
