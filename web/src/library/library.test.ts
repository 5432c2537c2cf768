import { describe, expect, it } from 'vitest';
import type { Song } from '../api/types';
import { safeNext } from '../signin/next';
import { CODES, keyName } from './camelot';
import { differences } from './compare';
import { grouped, letterOf } from './letters';
import { Paged, type Fetch } from './paged.svelte';
import { filtersOn, wishOf } from './wish';

const settled = () => new Promise((resolve) => setTimeout(resolve));

describe('a list of a hundred thousand', () => {
  const asked: number[] = [];
  const fetch: Fetch<number> = async (offset, limit) => {
    asked.push(offset);
    return { items: Array.from({ length: limit }, (_, step) => offset + step), total: 100_000 };
  };

  it('asks only for the pages somebody looks at, each once', async () => {
    const list = new Paged(fetch);
    list.reset();
    await settled();
    list.look({ first: 51_990, last: 52_010 });
    list.look({ first: 51_995, last: 52_015 });
    await settled();

    expect(list.at(52_000)).toBe(52_000);
    expect(list.at(70_000)).toBeUndefined();
    expect(asked.filter((offset) => offset === 52_000)).toHaveLength(1);
  });

  it('does not keep everything it has seen', async () => {
    const list = new Paged(fetch);
    list.reset();
    for (let page = 0; page < 60; page++) {
      list.look({ first: page * 100, last: page * 100 + 1 });
      await settled();
    }

    expect(list.at(5900)).toBe(5900);
    expect(list.at(100)).toBeUndefined();
  });

  it('forgets the answer to an older question', async () => {
    let release = () => {};
    const slow: Fetch<string> = async () => {
      await new Promise<void>((resolve) => (release = resolve));
      return { items: ['old'], total: 1 };
    };
    const list = new Paged<string>(slow);
    list.reset();
    list.reset(async () => ({ items: ['new'], total: 1 }));
    await settled();
    release();
    await settled();

    expect(list.at(0)).toBe('new');
  });

  it('says what went wrong and can be asked again', async () => {
    const list = new Paged<string>(async () => {
      throw new Error('no');
    });
    list.reset();
    await settled();
    expect(list.problem).toBeInstanceOf(Error);

    list.reset(async () => ({ items: ['x'], total: 1 }));
    await settled();
    expect([list.problem, list.at(0)]).toEqual([null, 'x']);
  });
});

describe('a wish in an address', () => {
  it('is read back, and nonsense is left out', () => {
    const wish = wishOf(new URLSearchParams('q=a&key=8A&from=90&to=x&words=yes&sort=nothing&whose=all'));
    expect(wish).toMatchObject({ q: 'a', key: '8A', bpmFrom: 90, bpmTo: null, words: true, sort: 'dateAdded', whose: 'mine' });
    expect(filtersOn(wish)).toBe(3);
  });
});

describe('artists', () => {
  it('stand under their letter, accents or not', () => {
    expect(['Ärzte', 'éa', 'Abba', '50 Cent', '浜崎'].map(letterOf)).toEqual(['A', 'E', 'A', '#', '#']);
    const artist = (name: string) => ({ name, songCount: 1, firstLetter: '' });
    const groups = grouped([artist('Zoe'), artist('Ärzte'), artist('Abba')], 'en');
    expect(groups.map((group) => [group.letter, group.artists.map((one) => one.name)])).toEqual([['A', ['Abba', 'Ärzte']], ['Z', ['Zoe']]]);
  });
});

describe('keys', () => {
  it('have a code for each of the 24', () => {
    expect(new Set(CODES).size).toBe(24);
    expect(['8A', '8B', '11A', '1B'].map(keyName)).toEqual(['Am', 'C', 'F♯m', 'B']);
    expect(new Set(CODES.map(keyName)).size).toBe(24);
  });
});

describe('a comparison', () => {
  it('ticks what differs and never an empty answer', () => {
    const song = { title: 'A', artist: 'B', album: null } as Song;
    const rows = differences(song, { title: 'A', artist: 'Bee', album: '', releaseYear: 1999 });
    expect(rows.filter((row) => row.differs).map((row) => row.name)).toEqual(['artist', 'year']);
  });
});

describe('the way back after signing in', () => {
  it('never leads out of the studio', () => {
    expect(safeNext('/library?q=1')).toBe('/library?q=1');
    for (const bad of ['//evil.org', 'https://evil.org', '/\\evil.org', null, '/sign-in']) expect(safeNext(bad)).toBe('/');
  });
});
