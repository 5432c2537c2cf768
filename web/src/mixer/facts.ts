/** What is known about a song's music, read from the server's analysis document. */
import { keyFrom, type MusicKey } from '../chords/camelot';
import { timedChord, type TimedChord } from '../chords/lane';
import { barsOf, movedBeats, type Bar, type Beat } from './beats';

export interface Section {
  start: number;
  end: number;
  label: string;
  letter: string;
}

export interface SongFacts {
  duration: number;
  bpm: number | null;
  timeSignature: string;
  beats: readonly Beat[];
  bars: readonly Bar[];
  lane: readonly TimedChord[];
  sections: readonly Section[];
  key: MusicKey | null;
  keyConfidence: number;
  /** Parts that could not be found, and why, in the server's words. */
  missing: Readonly<Record<string, string>>;
}

type Raw = Record<string, unknown>;

export function factsFrom(document: unknown, duration = 0): SongFacts {
  const raw = isRaw(document) ? document : {};
  const length = numberOr(raw.duration, duration);
  const beats = beatsOf(raw);
  const tempo = isRaw(raw.tempo) ? numberOr(raw.tempo.bpm, null) : numberOr(raw.tempo, null);
  return {
    duration: length,
    bpm: tempo,
    timeSignature: typeof raw.time_signature === 'string' ? raw.time_signature : '',
    beats,
    bars: barsOf(beats, length),
    lane: listOf(raw.chords).map(chordOf),
    sections: listOf(raw.sections).map(sectionOf),
    ...keyOf(raw.key),
    missing: isRaw(raw.missing) ? (raw.missing as Record<string, string>) : {},
  };
}

/** The same song with its grid moved in time. */
export function withMovedBeats(facts: SongFacts, by: number): SongFacts {
  const beats = movedBeats(facts.beats, by);
  return { ...facts, beats, bars: barsOf(beats, facts.duration) };
}

function beatsOf(raw: Raw): Beat[] {
  const positions = Array.isArray(raw.beat_positions) ? raw.beat_positions : [];
  const downs = new Set(numbersIn(raw.downbeats));
  return numbersIn(raw.beats).map((time, index) => ({ time, isDown: positions.length > 0 ? positions[index] === 1 : downs.has(time) }));
}

function chordOf(raw: Raw): TimedChord {
  const start = numberOr(raw.start, numberOr(raw.timestamp, 0));
  return timedChord({
    start,
    end: numberOr(raw.end, start),
    chord: String(raw.chord ?? 'N'),
    confidence: numberOr(raw.confidence, 1),
    alternatives: (Array.isArray(raw.alternatives) ? raw.alternatives : []).map((each) => String(isRaw(each) ? each.chord : each)),
  });
}

function sectionOf(raw: Raw): Section {
  const start = numberOr(raw.start, 0);
  return { start, end: numberOr(raw.end, start), label: String(raw.label ?? ''), letter: String(raw.letter ?? '') };
}

function keyOf(raw: unknown): { key: MusicKey | null; keyConfidence: number } {
  if (typeof raw === 'string') return { key: keyFrom(raw), keyConfidence: 1 };
  if (!isRaw(raw)) return { key: null, keyConfidence: 0 };
  return { key: keyFrom(`${raw.key} ${raw.scale ?? ''}`), keyConfidence: numberOr(raw.confidence, 1) };
}

function listOf(value: unknown): Raw[] {
  return Array.isArray(value) ? value.filter(isRaw) : [];
}

function numbersIn(value: unknown): number[] {
  return Array.isArray(value) ? value.filter((each): each is number => typeof each === 'number') : [];
}

function numberOr<Other>(value: unknown, other: Other): number | Other {
  return typeof value === 'number' && Number.isFinite(value) ? value : other;
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
