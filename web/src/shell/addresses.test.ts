import { describe, expect, it } from 'vitest';
import { matched, prefixOf, withoutPrefix, withPrefix } from './addresses';
import { routeFor } from './routes';

describe('addresses', () => {
  it('learn the prefix from the base address', () => {
    expect(prefixOf('http://x/')).toBe('/');
    expect(prefixOf('http://x/music/')).toBe('/music/');
    expect(prefixOf('http://x/music/index.html')).toBe('/music/');
  });

  it('go under a prefix and come back the same', () => {
    expect(withPrefix('/music/', '/library?q=a')).toBe('/music/library?q=a');
    expect(withoutPrefix('/music/', '/music/library')).toBe('/library');
    expect(withoutPrefix('/music/', '/elsewhere')).toBe('/');
  });

  it('give their named parts, decoded', () => {
    expect(matched('/songs/:id/words', '/songs/a%20b/words')).toEqual({ id: 'a b' });
    expect(matched('/songs/:id', '/songs/a/b')).toBeNull();
    expect(matched('/songs/:id', '/songs/%')).toEqual({ id: '%' });
  });
});

describe('the route table', () => {
  it.each([
    ['/songs/42', '/songs/:id'], ['/songs/42/words', '/songs/:id/words'], ['/songs/42/details', '/songs/:id/details'],
    ['/stage/ABC', '/stage/:code'], ['/admin/people', '/admin/:tab'], ['/nothing/here', '*'],
  ])('leads %s to %s', (path, pattern) => {
    expect(routeFor(path).route.path).toBe(pattern);
  });

  it('keeps pages for phones and screens of guests open to nobody in particular', () => {
    for (const path of ['/stage/1', '/remote/1', '/join/1', '/listen/1', '/hear/1']) expect(routeFor(path).route.needs).toBe('nobody');
  });
});
