/** What the page and the audio thread say to each other. Places are in samples of the song. */
import type { Tick } from './clicks';

export interface Span {
  from: number;
  to: number;
}

export interface CountIn {
  beats: number;
  /** Samples between two clicks at the song's own tempo. */
  interval: number;
  accentEvery: number;
}

export type ToDeck =
  | { kind: 'row'; row: number; stem: number; left: Float32Array; right: Float32Array }
  | { kind: 'drop'; rows: number[] }
  | { kind: 'silence'; stem: number }
  | { kind: 'play'; countIn?: CountIn }
  | { kind: 'pause' }
  | { kind: 'seek'; to: number }
  | { kind: 'speed'; rate: number; semitones: number }
  | { kind: 'loop'; span: Span | null }
  | { kind: 'ticks'; ticks: Tick[] };

export interface DeckReport {
  position: number;
  playing: boolean;
  /** Waiting for samples: the transport stands still rather than letting one stem run ahead. */
  starved: boolean;
  counting: boolean;
  rate: number;
}

export type FromDeck =
  | { kind: 'ready' }
  | { kind: 'report'; report: DeckReport; time: number }
  | { kind: 'freed'; channels: Float32Array[] }
  | { kind: 'ended' }
  | { kind: 'failed'; reason: string };

export interface DeckOptions {
  stems: number;
  total: number;
}

export const DECK = 'harmonix-deck';
