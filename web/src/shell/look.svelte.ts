/** How the studio looks for this person on this device: theme, contrast, language. Read again by public/first-paint.js. */
import { language, type Language } from '../i18n/words.svelte';

export type Theme = 'system' | 'dark' | 'light';
export type Contrast = 'system' | 'more';
const STORE = 'harmonix.look';

function stored(): { theme: Theme; contrast: Contrast } {
  const root = typeof document === 'undefined' ? undefined : document.documentElement;
  return {
    theme: (root?.dataset.theme as Theme | undefined) ?? 'system',
    contrast: (root?.dataset.contrast as Contrast | undefined) ?? 'system',
  };
}

let now = $state(stored());

function keep(): void {
  document.documentElement.dataset.theme = now.theme;
  document.documentElement.dataset.contrast = now.contrast;
  try {
    localStorage.setItem(STORE, JSON.stringify({ ...now, language: language.now }));
  } catch {
    // A private window may refuse to store; the choice then lasts as long as the page.
  }
}

export const look = {
  get theme() {
    return now.theme;
  },
  get contrast() {
    return now.contrast;
  },
  /** True when what is on the screen is dark, whoever decided it. */
  get isDark() {
    return now.theme === 'dark' || (now.theme === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  },
  chooseTheme(theme: Theme) {
    now.theme = theme;
    keep();
  },
  chooseContrast(contrast: Contrast) {
    now.contrast = contrast;
    keep();
  },
  chooseLanguage(next: Language) {
    language.choose(next);
    keep();
  },
};
