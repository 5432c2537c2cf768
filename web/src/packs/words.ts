/** Words of the packs. */
import { translator } from '../i18n/words.svelte';

const en = {
  title: 'Take it to another karaoke machine',
  text: 'Without the voice, with its words. A video takes about half as long as the song.',
  kind: 'As',
  video: 'Video',
  videoHint: 'MP4 for any TV',
  cdg: 'MP3+G',
  cdgHint: 'Karaoke players',
  ultrastar: 'UltraStar',
  ultrastarHint: 'Notes to score',
  lrc: 'MP3 and LRC',
  lrcHint: 'Music players',
  make: 'Make and download',
  making: 'Being made …',
};
const de: typeof en = {
  title: 'Für andere Karaoke-Geräte',
  text: 'Ohne Stimme, mit Text. Ein Video braucht etwa halb so lange wie der Song.',
  kind: 'Als',
  video: 'Video',
  videoHint: 'MP4 für jeden Fernseher',
  cdg: 'MP3+G',
  cdgHint: 'Karaoke-Spieler',
  ultrastar: 'UltraStar',
  ultrastarHint: 'Noten mit Punkten',
  lrc: 'MP3 und LRC',
  lrcHint: 'Musikspieler',
  make: 'Erstellen und laden',
  making: 'Wird erstellt …',
};

export const t = translator({ en, de });
