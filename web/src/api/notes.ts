/** The notes of a stem as a MIDI file. */
import { ask } from './client';
import { rendered, type Rendering } from './rendering';

/** `engine` is who listened: `basic_pitch` hears several notes at once, `one_voice` a single line. */
export type NotesJob = Rendering & { engine: string };

export const hasNotes = (stem: string): boolean => stem !== 'drums';

/** Have a stem's notes written down; answers where they can be fetched and who listened. */
export async function notesOf(songId: string, stem: string, pause: () => Promise<void>): Promise<NotesJob & { url: string }> {
  const path = `/api/songs/${encodeURIComponent(songId)}/stems/${encodeURIComponent(stem)}/midi`;
  await ask(path, { method: 'POST' });
  return rendered<NotesJob>(path, pause);
}
