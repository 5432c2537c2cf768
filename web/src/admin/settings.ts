/** What a setting may be, as its JSON Schema says, and how it is read and written on the page. */
import type { Setting } from '../api/admin';

type Rule = { type?: string; enum?: unknown[]; anyOf?: Rule[] };

/** The schema itself, or the one beside `null` where a setting may be left empty. */
const ruleOf = (row: Setting): Rule => {
  const rule = (row.allowed ?? {}) as Rule;
  return rule.anyOf?.find((each) => each.type !== 'null') ?? rule;
};

export const said = (value: unknown): string =>
  value === '' || value === null ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);

export const isNumber = (row: Setting): boolean => ['integer', 'number'].includes(ruleOf(row).type ?? '');

/** The words to choose from; none where something is typed. */
export const choicesOf = (row: Setting): string[] =>
  ruleOf(row).type === 'boolean' ? ['true', 'false'] : (ruleOf(row).enum ?? []).map(String);

/** What was typed, as the server wants it. Nothing typed is `null`: no limit, never. */
export function valueOf(row: Setting, typed: string): unknown {
  if (ruleOf(row).type === 'boolean') return typed === 'true';
  if (isNumber(row)) return typed.trim() === '' ? null : Number(typed);
  return typed;
}
