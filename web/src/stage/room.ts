/** A party room as its screens see it. Times in seconds of the server's clock. */

export interface Turn {
  id: string;
  songId: string;
  singerId: string;
  singer: string;
  /** Empty until it is known, as is the artist. */
  title: string;
  artist: string;
  duration: number;
  /** Its place in the queue: 1 is next. */
  position: number;
  waitSeconds: number;
  isReady: boolean;
  /** Why it cannot be sung, when it cannot. */
  failure: string;
  isPinned: boolean;
  /** Away from the recording's key, as the singer wished. */
  semitones: number;
  /** Only while it waits: whether its song will be there in time, in how many seconds, and which own turn could go first. */
  verdict?: 'ready' | 'in_time' | 'close' | 'late' | 'unknown';
  readyIn?: { least: number; most: number } | null;
  swapWith?: string | null;
}

export interface StageState {
  turnId: string;
  isPlaying: boolean;
  position: number;
  at: number;
  tempo: number;
  semitones: number;
  /** How loud the original voice stays, 0 to 1. */
  guide: number;
  volume: number;
  lyricsSize: number;
  lyricsOffset: number;
  showsChords: boolean;
}

export interface Room {
  code: string;
  name: string;
  isOpen: boolean;
  isPaused: boolean;
  version: number;
  onStage: Turn | null;
  queue: readonly Turn[];
  singers: readonly { id: string; name: string; sung: number }[];
  stage: StageState;
  history: readonly { title: string; artist: string; singer: string; skipped: boolean }[];
}

/** Where the song is at a time of the server's clock. */
export function placeAt(stage: StageState, now: number): number {
  const moved = stage.isPlaying ? (now - stage.at) * stage.tempo : 0;
  return Math.max(0, stage.position + moved);
}

/** The server's clock against ours, from a question and its answer: the quickest of the last answers is the truest. */
export function clockOffset(answers: readonly { asked: number; heard: number; server: number }[]): number {
  const quickest = answers.reduce<(typeof answers)[number] | null>((best, each) => (!best || each.heard - each.asked < best.heard - best.asked ? each : best), null);
  return quickest ? quickest.server - (quickest.asked + quickest.heard) / 2 : 0;
}

/** A player this far beside the stage's clock jumps to it; nearer, it is left alone. */
export const FARTHEST = 0.12;
/** Pictures behind the words may be this far beside the sound. */
export const FARTHEST_PICTURE = 0.3;

export function mustJump(heard: number, wanted: number): boolean {
  return Math.abs(heard - wanted) > FARTHEST;
}

/** Minutes until a turn, as a singer plans: at least one when it is not next. */
export function minutesUntil(turn: Turn): number {
  return Math.max(1, Math.round(turn.waitSeconds / 60));
}

/** "3–4" or "1": when a song will be ready, as people say it. */
export function readyMinutes({ least, most }: { least: number; most: number }): string {
  const [from, to] = [Math.max(1, Math.round(least / 60)), Math.max(1, Math.ceil(most / 60))];
  return from >= to ? String(to) : `${from}–${to}`;
}
