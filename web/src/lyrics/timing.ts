/** Which line and word is sung now, and how far: what the wipe on the screen shows. */
import type { Line, Word, Words } from './document';

export interface SungWord {
  text: string;
  /** What stands between this word and the next, as written. */
  gap: string;
  start: number;
  end: number;
  confidence: number | null;
}

export interface SungLine {
  index: number;
  text: string;
  start: number;
  end: number;
  words: readonly SungWord[];
  voice: Line['voice'];
}

/** A line is shown a little before it is sung, so that a singer can read it. */
export const LEAD_SECONDS = 0.1;
/** A pause this long gets a countdown. */
export const LONG_GAP = 5;

/** The lines with a time, all offsets in, in the order they are sung. */
export function sungLines(words: Words, nudge = 0): SungLine[] {
  return words.lines
    .map((line, index) => sungLine(line, index, words.offset + line.offset + nudge))
    .filter((line): line is SungLine => line !== null)
    .sort((one, other) => one.start - other.start);
}

function sungLine(line: Line, index: number, by: number): SungLine | null {
  if (line.start === null) return null;
  const start = Math.max(0, line.start + by);
  const end = Math.max(start, (line.end ?? line.start + 4) + by);
  return { index, text: line.text, start, end, words: sungWords(line, by), voice: line.voice };
}

function sungWords(line: Line, by: number): SungWord[] {
  let cursor = 0;
  const places = line.words.map((word) => {
    const at = line.text.indexOf(word.text, cursor);
    cursor = at < 0 ? cursor : at + word.text.length;
    return at;
  });
  return line.words.map((word, index) => ({
    text: word.text,
    gap: gapAfter(line.text, word, places[index] ?? -1, places[index + 1]),
    start: Math.max(0, word.start + by),
    end: Math.max(0, word.end + by),
    confidence: word.confidence,
  }));
}

function gapAfter(text: string, word: Word, at: number, next: number | undefined): string {
  if (at < 0 || next === -1) return next === undefined ? '' : ' ';
  return text.slice(at + word.text.length, next ?? text.length);
}

/** The line to show as current: from a little before its first word until the next one is near. −1 before the first. */
export function currentLine(lines: readonly SungLine[], time: number): number {
  return lines.findLastIndex((line) => line.start - LEAD_SECONDS <= time);
}

/** How much of a word has been sung, 0 to 1. */
export function wipeOf(word: { start: number; end: number }, time: number): number {
  if (time <= word.start) return 0;
  if (time >= word.end) return 1;
  return (time - word.start) / (word.end - word.start);
}

/** The wipe of a whole line, counted in letters: for lines without word times, and for drawing on a canvas. */
export function wipeOfLine(line: SungLine, time: number): number {
  if (line.words.length === 0) return wipeOf(line, time);
  const whole = line.words.reduce((sum, word) => sum + word.text.length, 0);
  const sung = line.words.reduce((sum, word) => sum + word.text.length * wipeOf(word, time), 0);
  return whole === 0 ? 0 : sung / whole;
}

/** Seconds until singing begins, when nobody has sung for long and will not soon; null otherwise. */
export function countdown(lines: readonly SungLine[], time: number): number | null {
  const next = lines.find((line) => line.start > time);
  if (!next) return null;
  const before = lines.filter((line) => line.end <= time).reduce((latest, line) => Math.max(latest, line.end), 0);
  const isSinging = lines.some((line) => line.start <= time && line.end > time);
  return isSinging || next.start - before < LONG_GAP ? null : next.start - time;
}

export interface PlacedChord<Item> {
  /** The word it stands over; −1 when it comes before the first. */
  word: number;
  item: Item;
}

/** The chords that begin during a line, each over the word that is sung when it begins. */
export function chordsOver<Item extends { start: number }>(line: SungLine, lane: readonly Item[], until: number): PlacedChord<Item>[] {
  return lane
    .filter((item) => item.start >= line.start - 0.15 && item.start < until - 0.15)
    .map((item) => ({ word: nearestWord(line.words, item.start), item }));
}

function nearestWord(words: readonly SungWord[], time: number): number {
  return words.findLastIndex((word) => word.start <= time + 0.15);
}
