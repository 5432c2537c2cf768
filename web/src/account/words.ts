/** Words of one's own account. */
import { translator } from '../i18n/words.svelte';
import de from './de';
import en from './en';

export const t = translator({ en, de });
