/** A singer's range, kept in this browser for every room, and a tone to find it by. Notes are MIDI numbers. */
import { noteName } from '../chords/harte';

export type VoiceRange = { lowest: number; highest: number };

export const USUAL: VoiceRange = { lowest: 50, highest: 69 };
export const LOWEST = 36;
export const HIGHEST = 88;
const PLACE = 'harmonix.voice';
const TONE_SECONDS = 0.9;

export function keptRange(): VoiceRange | null {
  try {
    const kept = JSON.parse(localStorage.getItem(PLACE) ?? 'null') as Partial<VoiceRange> | null;
    return kept?.lowest && kept.highest && kept.lowest < kept.highest ? { lowest: kept.lowest, highest: kept.highest } : null;
  } catch {
    return null; // What cannot be read was never kept.
  }
}

export function keepRange(range: VoiceRange): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(range));
  } catch {
    // A private window: the room still knows it for tonight.
  }
}

/** One end of the range moved, the other pushed along when they would meet. */
export function withEnd(range: VoiceRange, end: keyof VoiceRange, note: number): VoiceRange {
  const kept = Math.min(HIGHEST, Math.max(LOWEST, note));
  if (end === 'lowest') return { lowest: kept, highest: Math.max(range.highest, kept + 1) };
  return { lowest: Math.min(range.lowest, kept - 1), highest: kept };
}

/** C4 is middle C. */
export function noteOf(midi: number): string {
  return `${noteName(midi % 12, 'sharps')}${Math.floor(midi / 12) - 1}`;
}

/** "fits", "−2" or "+3". */
export function shiftOf(shift: number): string {
  return shift > 0 ? `+${shift}` : `−${-shift}`;
}

export function playTone(midi: number): void {
  const context = new AudioContext();
  const [tone, level] = [context.createOscillator(), context.createGain()];
  tone.type = 'triangle';
  tone.frequency.value = 440 * 2 ** ((midi - 69) / 12);
  level.gain.setValueAtTime(0.3, context.currentTime);
  level.gain.exponentialRampToValueAtTime(0.001, context.currentTime + TONE_SECONDS);
  tone.connect(level).connect(context.destination);
  tone.onended = () => void context.close();
  tone.start();
  tone.stop(context.currentTime + TONE_SECONDS);
}
