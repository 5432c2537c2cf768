/**
 * Words in the user's language. Each feature folder keeps its own catalogue and asks for its translator once:
 *
 *   const t = translator({ en, de });      t('songs', { count: 3 })
 *
 * A value with `one` and `other` forms is chosen by the number in `count`, by the language's own plural rule.
 */
export type Language = 'en' | 'de';
export const languages: Record<Language, string> = { en: 'English', de: 'Deutsch' };

type Plural = { one: string; other: string };
export type Catalogue = Record<string, string | Plural>;
/** A further language must have every key of the first one: a missing translation does not compile. */
export type Translation<C extends Catalogue> = { [K in keyof C]: C[K] extends string ? string : Plural };
export type Fillings = Record<string, string | number>;
export type Translator<C extends Catalogue> = (key: keyof C & string, fillings?: Fillings) => string;

function wished(): Language {
  if (typeof localStorage === 'undefined') return 'en';
  const stored = readStored();
  if (isLanguage(stored)) return stored;
  return navigator.language.startsWith('de') ? 'de' : 'en';
}

function readStored(): unknown {
  try {
    return (JSON.parse(localStorage.getItem('harmonix.look') ?? '{}') as { language?: unknown }).language;
  } catch {
    return undefined; // Storage may be off in private windows; then the browser's language decides.
  }
}

function isLanguage(value: unknown): value is Language {
  return typeof value === 'string' && value in languages;
}

let current = $state<Language>(wished());

export const language = {
  get now(): Language {
    return current;
  },
  choose(next: Language) {
    current = next;
    document.documentElement.lang = next;
  },
};

/** Put the fillings into "{name}" gaps; a gap nobody fills stays visible, so that the mistake is seen. */
export function filled(text: string, fillings: Fillings, locale: string): string {
  return text.replace(/\{(\w+)\}/g, (gap, name: string) => {
    const value = fillings[name];
    if (value === undefined) return gap;
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

export function chosenForm(entry: string | Plural, count: number | undefined, locale: string): string {
  if (typeof entry === 'string') return entry;
  return new Intl.PluralRules(locale).select(count ?? 0) === 'one' ? entry.one : entry.other;
}

export function translator<C extends Catalogue>(catalogues: { en: C; de: Translation<C> }): Translator<C> {
  return (key, fillings = {}) => {
    const entry = (catalogues[current] as Catalogue)[key] ?? catalogues.en[key] ?? key;
    const count = typeof fillings.count === 'number' ? fillings.count : undefined;
    return filled(chosenForm(entry, count, current), fillings, current);
  };
}
