import { describe, expect, it } from 'vitest';
import type { Setting } from '../api/admin';
import { choicesOf, isNumber, said, valueOf } from './settings';

const row = (allowed: Record<string, unknown>): Setting => ({ key: 'a.b', value: '1', origin: 'default', canChange: true, chosen: 1, allowed });
const hour = row({ anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }] });

describe('a setting', () => {
  it('offers the words it may be, and yes or no', () => {
    expect(choicesOf(row({ type: 'string', enum: ['open', 'closed'] }))).toEqual(['open', 'closed']);
    expect(choicesOf(row({ type: 'boolean' }))).toEqual(['true', 'false']);
    expect(choicesOf(hour)).toEqual([]);
  });

  it('is sent as what it is', () => {
    expect(valueOf(hour, '3')).toBe(3);
    expect(valueOf(hour, ' ')).toBeNull();
    expect(valueOf(row({ type: 'boolean' }), 'false')).toBe(false);
    expect(valueOf(row({ type: 'string' }), 'auto')).toBe('auto');
    expect(isNumber(row({ type: 'string' }))).toBe(false);
  });

  it('is never shown as nothing', () => {
    expect([said(''), said(null), said(7)]).toEqual(['–', '–', '7']);
  });
});
