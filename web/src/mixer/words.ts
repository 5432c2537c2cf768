/** The mixer's words. */
import { translator } from '../i18n/words.svelte';
import de from './de';
import en from './en';

export const t = translator({ en, de });

/** A stem's name as people say it; a stem nobody has translated keeps its own. */
export function stemName(stem: string): string {
  const key = `stem_${stem}`;
  return key in en ? t(key as keyof typeof en & string) : stem;
}
