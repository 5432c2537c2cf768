/** Words of the notes. */
import { translator } from '../i18n/words.svelte';

const en = {
  title: 'Notes',
  text: 'What a stem plays, as a MIDI file for any notation program or workstation.',
  midi: 'MIDI',
  midiOf: 'The notes of {stem} as MIDI',
  oneLine: 'One line of notes was followed. With the model Basic Pitch (Administration, Models) chords are heard too.',
  failed: 'The notes of {stem} could not be written down: {reason}',
};
const de: typeof en = {
  title: 'Noten',
  text: 'Was eine Spur spielt, als MIDI-Datei für jedes Notenprogramm und jede DAW.',
  midi: 'MIDI',
  midiOf: 'Noten von {stem} als MIDI',
  oneLine: 'Verfolgt wurde eine einzelne Stimme. Mit dem Modell Basic Pitch (Verwaltung, Modelle) werden auch Akkorde gehört.',
  failed: 'Die Noten von {stem} konnten nicht aufgeschrieben werden: {reason}',
};

export const t = translator({ en, de });
