/** Words of the administration. */
import { translator } from '../i18n/words.svelte';
import de from './de';
import en from './en';

export const t = translator({ en, de });
