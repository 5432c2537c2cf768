/** Words of the packs. */
import { translator } from '../i18n/words.svelte';

const en = {
  button: 'Packs',
  title: 'Take it to another program',
  text: 'For karaoke without the voice, with its words; for your own studio and decks in stems. A video takes about half as long as the song.',
  kind: 'As',
  video: 'Video',
  videoHint: 'MP4 for any TV',
  cdg: 'MP3+G',
  cdgHint: 'Karaoke players',
  ultrastar: 'UltraStar',
  ultrastarHint: 'Notes to score',
  lrc: 'MP3 and LRC',
  lrcHint: 'Music players',
  daw: 'Workstation',
  dawHint: 'WAV and tempo map',
  'stem-m4a': 'Stem file',
  'stem-m4aHint': 'DJ decks',
  make: 'Make and download',
  making: 'Being made …',
};
const de: typeof en = {
  button: 'Pakete',
  title: 'Für andere Programme',
  text: 'Für Karaoke ohne Stimme, mit Text; für dein Studio und zum Auflegen in Spuren. Ein Video braucht etwa halb so lange wie der Song.',
  kind: 'Als',
  video: 'Video',
  videoHint: 'MP4 für jeden Fernseher',
  cdg: 'MP3+G',
  cdgHint: 'Karaoke-Spieler',
  ultrastar: 'UltraStar',
  ultrastarHint: 'Noten mit Punkten',
  lrc: 'MP3 und LRC',
  lrcHint: 'Musikspieler',
  daw: 'DAW',
  dawHint: 'WAV und Tempospur',
  'stem-m4a': 'Stem-Datei',
  'stem-m4aHint': 'Zum Auflegen',
  make: 'Erstellen und laden',
  making: 'Wird erstellt …',
};

export const t = translator({ en, de });
