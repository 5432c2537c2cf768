/** What of the library is wished for: kept in the address, so that a view can be sent to somebody. */

export const SORTS = ['dateAdded', 'title', 'artist', 'bpm', 'rating'] as const;
export type Sort = (typeof SORTS)[number];
export type Whose = 'mine' | 'shared';

export type Wish = {
  q: string;
  sort: Sort;
  whose: Whose;
  key: string;
  bpmFrom: number | null;
  bpmTo: number | null;
  words: boolean;
  instrument: string;
  artist: string;
};

export function wishOf(query: URLSearchParams): Wish {
  const number = (name: string) => {
    const value = Number(query.get(name));
    return query.get(name) && Number.isFinite(value) && value > 0 ? value : null;
  };
  const sort = query.get('sort') as Sort;
  const whose = query.get('whose') as Whose;
  return {
    q: query.get('q') ?? '',
    sort: SORTS.includes(sort) ? sort : 'dateAdded',
    whose: whose === 'shared' ? 'shared' : 'mine',
    key: query.get('key') ?? '',
    bpmFrom: number('from'),
    bpmTo: number('to'),
    words: query.get('words') === 'yes',
    instrument: query.get('instrument') ?? '',
    artist: query.get('artist') ?? '',
  };
}

/** How many filters are on, apart from the search text and the order. */
export function filtersOn(wish: Wish): number {
  const { key, bpmFrom, bpmTo, words, instrument, artist } = wish;
  return [key, bpmFrom ?? bpmTo, words, instrument, artist].filter(Boolean).length;
}
