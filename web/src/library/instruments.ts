/** The instruments a song is searched for, as people say them. */
import { translator } from '../i18n/words.svelte';

const en = {
  vocals: 'Vocals',
  drums: 'Drums',
  bass: 'Bass',
  guitar: 'Guitar',
  piano: 'Piano',
  strings: 'Strings',
  synth: 'Synthesizer',
  brass: 'Brass',
  woodwinds: 'Woodwinds',
  fx: 'Effects',
};
const de: typeof en = {
  vocals: 'Gesang',
  drums: 'Schlagzeug',
  bass: 'Bass',
  guitar: 'Gitarre',
  piano: 'Klavier',
  strings: 'Streicher',
  synth: 'Synthesizer',
  brass: 'Blechbläser',
  woodwinds: 'Holzbläser',
  fx: 'Effekte',
};
const t = translator({ en, de });

export const INSTRUMENTS = Object.keys(en) as (keyof typeof en)[];

/** An instrument nobody has translated keeps its own name. */
export const instrumentName = (name: string): string => (name in en ? t(name as keyof typeof en) : name);
