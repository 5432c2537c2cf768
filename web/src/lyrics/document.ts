/** The words of a song as the server keeps them: lines of timed words. Times in seconds, before any offset. */

export type Provenance = 'human' | 'aligned' | 'fetched' | 'transcribed';
export type Voice = 'lead' | 'second' | 'backing';

export interface Word {
  text: string;
  start: number;
  end: number;
  confidence: number | null;
}

export interface Line {
  text: string;
  start: number | null;
  end: number | null;
  words: readonly Word[];
  voice: Voice;
  provenance: Provenance;
  offset: number;
  /** What the server says beyond this (layers, stanzas); carried along untouched. */
  rest: Readonly<Record<string, unknown>>;
}

export interface Words {
  lines: readonly Line[];
  language: string;
  offset: number;
  rest: Readonly<Record<string, unknown>>;
}

export const NO_WORDS: Words = { lines: [], language: '', offset: 0, rest: {} };

const VOICES: readonly Voice[] = ['lead', 'second', 'backing'];
const PROVENANCES: readonly Provenance[] = ['human', 'aligned', 'fetched', 'transcribed'];

type Raw = Record<string, unknown>;

/** Read the server's document; what is missing is as if it had not been said. */
export function wordsFrom(document: unknown): Words {
  if (!isRaw(document)) return NO_WORDS;
  const { lines, language, offset, ...rest } = document;
  return {
    lines: Array.isArray(lines) ? lines.filter(isRaw).map(lineFrom) : [],
    language: typeof language === 'string' ? language : '',
    offset: numberOr(offset, 0),
    rest,
  };
}

export function documentOf(words: Words): Raw {
  const spoken = ({ text, ...times }: Word): Raw => ({ word: text, ...times });
  const lines = words.lines.map(({ rest, ...line }) => ({ ...rest, ...line, words: line.words.map(spoken) }));
  return { ...words.rest, lines, language: words.language, offset: words.offset };
}

function lineFrom(raw: Raw): Line {
  const { text, start, end, words, voice, provenance, offset, ...rest } = raw;
  const timed = Array.isArray(words) ? words.filter(isRaw).map(wordFrom) : [];
  return {
    text: typeof text === 'string' ? text : timed.map((word) => word.text).join(' '),
    start: numberOr(start, timed[0]?.start ?? null),
    end: numberOr(end, timed.at(-1)?.end ?? null),
    words: timed,
    voice: VOICES.find((known) => known === voice) ?? 'lead',
    provenance: PROVENANCES.find((known) => known === provenance) ?? 'fetched',
    offset: numberOr(offset, 0),
    rest,
  };
}

function wordFrom(raw: Raw): Word {
  const text = typeof raw.text === 'string' ? raw.text : String(raw.word ?? '');
  const start = numberOr(raw.start, 0);
  return { text: text.trim(), start, end: numberOr(raw.end, start), confidence: numberOr(raw.confidence, null) };
}

function numberOr<Other>(value: unknown, other: Other): number | Other {
  return typeof value === 'number' && Number.isFinite(value) ? value : other;
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
