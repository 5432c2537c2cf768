import { afterEach, describe, expect, it } from 'vitest';
import { ago, clock, range, size } from './figures';
import { chosenForm, filled, language, translator } from './words.svelte';

const t = translator({
  en: { songs: { one: '{count} song', other: '{count} songs' }, hello: 'Hello {name}' },
  de: { songs: { one: '{count} Lied', other: '{count} Lieder' }, hello: 'Hallo {name}' },
});

describe('words', () => {
  afterEach(() => {
    globalThis.document = undefined as never;
  });

  it('take the form the number needs', () => {
    expect(t('songs', { count: 1 })).toBe('1 song');
    expect(t('songs', { count: 1200 })).toBe('1,200 songs');
    expect(chosenForm({ one: 'a', other: 'b' }, undefined, 'en')).toBe('b');
  });

  it('change with the language', () => {
    globalThis.document = { documentElement: {} } as never;
    language.choose('de');
    expect(t('songs', { count: 1200 })).toBe('1.200 Lieder');
    language.choose('en');
  });

  it('keep a gap that nobody fills', () => {
    expect(filled('Hello {name}', {}, 'en')).toBe('Hello {name}');
  });

  it('leave markup in a name as it is', () => {
    expect(t('hello', { name: '<b>' })).toBe('Hello <b>');
  });
});

describe('figures', () => {
  it('read like a clock', () => {
    expect([0, 59.9, 215, 3723].map(clock)).toEqual(['0:00', '0:59', '3:35', '1:02:03']);
    expect(clock(Number.NaN)).toBe('0:00');
  });

  it('give sizes in units people know', () => {
    expect([0, 999, 1536, 1_536_000, 2.5e9].map((bytes) => size(bytes))).toEqual(['0 B', '999 B', '2 kB', '1.5 MB', '2.5 GB']);
  });

  it('give a guess as a range, and one number when both ends agree', () => {
    expect(range(8, 20)).toBe('8–20 s');
    expect(range(95, 190)).toBe('2–3 min');
    expect(range(118, 122)).toBe('~2 min');
  });

  it('say how long ago', () => {
    const now = new Date('2026-01-02T12:00:00Z');
    expect(ago('2026-01-02T11:58:00Z', now)).toBe('2 minutes ago');
    expect(ago('2025-12-30T12:00:00Z', now)).toBe('3 days ago');
  });
});
