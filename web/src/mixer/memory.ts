/** What this device remembers of each song's mix. */
import type { Pulse, TimeSpan } from './beats';
import type { Mix } from './mix';

export interface Remembered {
  mix: Mix;
  loop: TimeSpan | null;
  snap: boolean;
  metronome: { on: boolean; pulse: Pulse; level: number };
  position: number;
}

const STORE = 'harmonix.mixes';
/** The least recently used are forgotten. */
const MOST_SONGS = 200;

export function remembered(songId: string): Partial<Remembered> | null {
  return all()[songId] ?? null;
}

export function remember(songId: string, what: Remembered): void {
  const others = Object.entries(all()).filter(([id]) => id !== songId);
  const kept = [...others, [songId, what]].slice(-MOST_SONGS);
  try {
    localStorage.setItem(STORE, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // A private window or a full store: the mix then lasts as long as the page.
  }
}

function all(): Record<string, Partial<Remembered>> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORE) ?? '{}');
    return typeof stored === 'object' && stored !== null ? (stored as Record<string, Partial<Remembered>>) : {};
  } catch {
    return {}; // What cannot be read is as good as nothing remembered.
  }
}
