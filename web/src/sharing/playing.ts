/** What a sharer says about what plays, and where in it we are. */
import { wordsFrom } from '../lyrics/document';
import { sungLines, type SungLine } from '../lyrics/timing';

export interface Said {
  title: string;
  artist: string;
  lyrics: string;
  elapsed: number;
  total: number;
  paused: boolean;
  /** The sharer's clock in milliseconds; 0 when it did not say. */
  timestamp: number;
}

type Raw = Record<string, unknown>;
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const number = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

export function saidFrom(raw: unknown): Said | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const given = raw as Raw;
  return {
    title: text(given.title),
    artist: text(given.artist),
    lyrics: text(given.lyrics),
    elapsed: number(given.elapsedSeconds),
    total: number(given.totalSeconds),
    paused: given.paused === true,
    timestamp: number(given.timestamp),
  };
}

/**
 * Where the song is for this listener. With sound, `sharedTime` is the sharer's clock of what is heard, and the words
 * keep to that; without, the place runs on from when it was said (`since`, in seconds).
 */
export function placeOf(said: Said, sharedTime: number | null, since: number): number {
  if (said.paused) return said.elapsed;
  const moved = sharedTime !== null && said.timestamp > 0 ? (sharedTime - said.timestamp) / 1000 : since;
  const place = Math.max(0, said.elapsed + moved);
  return said.total > 0 ? Math.min(place, said.total) : place;
}

const STAMP = /\[(\d{1,3}):(\d{1,2}(?:[.:]\d{1,3})?)\]/g;
const WORD_STAMP = /<(\d{1,3}):(\d{1,2}(?:[.:]\d{1,3})?)>/g;
const OFFSET = /^\[offset:\s*([+-]?\d+)\s*\]/im;
const LONGEST_LINE = 8;

const secondsFrom = (minutes: string, seconds: string): number => Number(minutes) * 60 + Number(seconds.replace(':', '.'));

/** The lines of an LRC text, in the order they are sung; a line lasts until the next one. Untimed text gives none. */
export function linesOf(lrc: string): SungLine[] {
  const offset = Number(OFFSET.exec(lrc)?.[1] ?? 0) / 1000;
  const stamped = lrc.split(/\r?\n/).flatMap((line) => {
    const words = line.replace(STAMP, '').replace(WORD_STAMP, '').trim();
    return [...line.matchAll(STAMP)].map(([, minutes = '0', seconds = '0']) => ({ start: secondsFrom(minutes, seconds) - offset, text: words }));
  });
  stamped.sort((one, other) => one.start - other.start);
  const lines = stamped.map((line, index) => {
    const next = stamped[index + 1]?.start ?? line.start + LONGEST_LINE;
    return { ...line, end: Math.min(next, line.start + LONGEST_LINE) };
  });
  const sung = lines.filter((line) => line.text !== '');
  return sung.length ? sungLines(wordsFrom({ lines: sung })) : [];
}
