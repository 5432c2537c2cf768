import { describe, expect, it } from 'vitest';
import { isMusic, isPlaylist, linksIn, nameOf, videoIdOf } from './links';

describe('what somebody pasted', () => {
  it('is links, each once, without the sentence around them', () => {
    const text = 'See https://youtu.be/abcdefghijk, and (https://youtu.be/abcdefghijk) or https://x.org/a.mp3.';
    expect(linksIn(text)).toEqual(['https://youtu.be/abcdefghijk', 'https://x.org/a.mp3']);
  });

  it('is a link without its beginning too, where everybody knows the site', () => {
    const text = 'youtu.be/abcdefghijk, www.youtube.com/watch?v=abcdefghijk or youtube.com';
    expect(linksIn(text)).toEqual(['https://youtu.be/abcdefghijk', 'https://www.youtube.com/watch?v=abcdefghijk']);
    expect(linksIn('https://x.org/?u=youtu.be/abcdefghijk')).toEqual(['https://x.org/?u=youtu.be/abcdefghijk']);
  });

  it('is words when there is no link in it', () => {
    expect(linksIn('nina simone feeling good')).toEqual([]);
  });

  it.each([
    ['https://youtu.be/abcdefghijk', 'abcdefghijk'], ['https://www.youtube.com/watch?v=abcdefghijk&t=3', 'abcdefghijk'],
    ['https://youtube.com/shorts/abcdefghijk', 'abcdefghijk'], ['https://youtu.be/short', null],
  ])('names a video: %s', (link, id) => expect(videoIdOf(link)).toBe(id));

  it('may be a playlist', () => {
    expect(isPlaylist('https://www.youtube.com/playlist?list=PL1')).toBe(true);
    expect(isPlaylist('https://www.youtube.com/watch?v=abcdefghijk&list=PL1')).toBe(false);
    expect(isPlaylist('not a link')).toBe(false);
  });
});

describe('files', () => {
  it('are music by their name or their kind', () => {
    expect(isMusic({ name: 'a.FLAC', type: '' })).toBe(true);
    expect(isMusic({ name: 'a.bin', type: 'audio/mpeg' })).toBe(true);
    expect(isMusic({ name: 'cover.jpg', type: 'image/jpeg' })).toBe(false);
  });

  it('are shown without track number and ending', () => {
    expect(nameOf('01 - Ada - Low_Tide.mp3')).toBe('Ada - Low Tide');
    expect(nameOf('99.mp3')).toBe('99');
  });
});
