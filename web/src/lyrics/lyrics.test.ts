import { describe, expect, it } from 'vitest';
import type { Version } from '../api/lyrics';
import { documentOf, wordsFrom, type Words } from './document';
import { afterTap, endWord, insertLine, mergeLines, moveLine, moveWord, nudge, removeLine, replaceAll, retextLine, splitLine, tapped } from './editing';
import { begin, changed, redone, undone } from './history';
import { chordsOver, countdown, currentLine, sungLines, wipeOf, wipeOfLine } from './timing';
import { inUse, lanesOf } from './versions.svelte';

function song(): Words {
  return wordsFrom({
    language: 'en',
    offset: 0,
    lines: [
      { text: 'Hello, bright morning', provenance: 'aligned', layers: [{ kind: 'translation', text: 'Hallo' }], words: [
        { text: 'Hello', start: 10, end: 10.5, confidence: 0.9 },
        { text: 'bright', start: 10.5, end: 11, confidence: 0.4 },
        { text: 'morning', start: 11.2, end: 12, confidence: 0.8 },
      ] },
      { text: 'Sing it again', start: 14, end: 16, provenance: 'fetched', words: [] },
      { text: 'Untimed words here' },
    ],
  });
}

describe('the document', () => {
  it('comes back as it went, with what we do not know of', () => {
    expect(documentOf(song())).toMatchObject({ language: 'en', lines: [{ layers: [{ text: 'Hallo' }], start: 10, end: 12 }, {}, { start: null }] });
  });

  it('reads nonsense as no words', () => {
    expect([wordsFrom(null).lines, wordsFrom({ lines: 'x' }).lines, wordsFrom([1]).lines]).toEqual([[], [], []]);
  });
});

describe('singing', () => {
  it('wipes each word from its start to its end', () => {
    const [line] = sungLines(song());

    expect(line!.words.map((word) => wipeOf(word, 10.75))).toEqual([1, 0.5, 0]);
    expect(line!.words.map((word) => word.gap)).toEqual([', ', ' ', '']);
    expect(wipeOfLine(sungLines(song())[1]!, 15)).toBe(0.5);
  });

  it('shows a line a little early and keeps it until the next', () => {
    const lines = sungLines(song());

    expect([9, 9.95, 13, 13.95].map((time) => currentLine(lines, time))).toEqual([-1, 0, 0, 1]);
  });

  it('is moved by the offsets of song, line and reader', () => {
    const moved = sungLines(nudge(song(), 0.5), -0.2);

    expect(moved[0]!.start).toBeCloseTo(10.3);
    expect(moved[0]!.words[2]!.end).toBeCloseTo(12.3);
  });

  it('counts down through long gaps only', () => {
    const lines = sungLines(song());

    expect(countdown(lines, 4)).toBe(6);
    expect(countdown(lines, 12.5)).toBeNull();
    expect(countdown(lines, 20)).toBeNull();
  });

  it('puts chords over the word that is sung when they begin', () => {
    const [line] = sungLines(song());

    const placed = chordsOver(line!, [{ start: 9.9 }, { start: 11.25 }, { start: 14 }], 14);

    expect(placed.map((each) => each.word)).toEqual([0, 2]);
  });
});

describe('editing', () => {
  it('drags a word between its neighbours and no further, and makes the line human', () => {
    const moved = moveWord(song(), 0, 1, 99);

    expect(moved.lines[0]!.words[1]!.start).toBeCloseTo(11.18);
    expect(moved.lines[0]!.provenance).toBe('human');
    expect(moved.lines[1]!.provenance).toBe('fetched');
  });

  it('shortens the word before when one is dragged into it', () => {
    const [first, second] = moveWord(song(), 0, 1, 10.2).lines[0]!.words;

    expect([first!.end, second!.start]).toEqual([10.2, 10.2]);
    expect(second!.end).toBeCloseTo(10.7);
  });

  it('ends a word no later than the next begins', () => {
    expect(endWord(song(), 0, 1, 20).lines[0]!.words[1]!.end).toBe(11.2);
  });

  it('keeps the times of the words that stay when the text is changed', () => {
    const words = retextLine(song(), 0, 'Hello, my bright sunny morning').lines[0]!.words;

    expect(words.map((word) => word.text)).toEqual(['Hello,', 'my', 'bright', 'sunny', 'morning']);
    expect([words[2]!.start, words[4]!.start]).toEqual([10.5, 11.2]);
    expect(words[3]!.start).toBeGreaterThanOrEqual(11);
    expect(words.every((word, index) => index === 0 || word.start >= words[index - 1]!.start)).toBe(true);
  });

  it('corrects a misheard word in its place', () => {
    expect(retextLine(song(), 0, 'Hello light morning').lines[0]!.words[1]).toMatchObject({ text: 'light', start: 10.5, end: 11 });
  });

  it('splits and merges without losing a time', () => {
    const split = splitLine(song(), 0, 2);
    const merged = mergeLines(split, 0);

    expect(split.lines.map((line) => [line.text, line.start])).toEqual([['Hello bright', 10], ['morning', 11.2], ['Sing it again', 14], ['Untimed words here', null]]);
    expect(merged.lines[0]!.words).toEqual(song().lines[0]!.words);
    expect(splitLine(song(), 1, 1).lines.slice(1, 3).map((line) => [line.text, line.start])).toEqual([['Sing', 14], ['it again', 14 + 2 / 3]]);
  });

  it('refuses a split at the edge', () => {
    expect(splitLine(song(), 0, 0)).toEqual(song());
    expect(splitLine(song(), 0, 3)).toEqual(song());
  });

  it('times words by tapping, also of a line that had none', () => {
    let words = song();
    [20, 20.4, 21].forEach((time, word) => (words = tapped(words, { line: 2, word }, time)));

    const line = words.lines[2]!;
    expect(line.words.map((word) => word.start)).toEqual([20, 20.4, 21]);
    expect(line.words[0]!.end).toBeLessThanOrEqual(20.4);
    expect(line.start).toBe(20);
  });

  it('goes on to the next word and then the next line with words', () => {
    const words = insertLine(song(), 0);

    expect(afterTap(words, { line: 0, word: 1 })).toEqual({ line: 0, word: 2 });
    expect(afterTap(words, { line: 0, word: 2 })).toEqual({ line: 2, word: 0 });
    expect(afterTap(words, { line: 3, word: 2 })).toBeNull();
  });

  it('replaces everywhere, whatever the letters\' case, and takes the text as it stands', () => {
    const { words, count } = replaceAll(song(), 'IT', '$&?');

    expect([count, words.lines[1]!.text]).toEqual([1, 'Sing $&? again']);
    expect(replaceAll(song(), '.', '!').count).toBe(0);
  });

  it('moves and removes lines', () => {
    expect(moveLine(song(), 0, -0.5).lines[0]).toMatchObject({ start: 9.5, end: 11.5 });
    expect(removeLine(song(), 1).lines).toHaveLength(2);
    expect(nudge(nudge(song(), 0.2), null).offset).toBe(0);
  });
});

describe('history', () => {
  it('goes back and forth, a drag being one step', () => {
    let history = begin('a');
    history = changed(history, 'b');
    history = changed(changed(history, 'c', 'drag 1'), 'd', 'drag 1');

    const back = undone(history);
    expect([back.now, undone(back).now, undone(undone(back)).now, redone(back).now]).toEqual(['b', 'a', 'a', 'd']);
  });

  it('forgets what was undone when something new is done', () => {
    const history = changed(undone(changed(begin(1), 2)), 3);

    expect(redone(history).now).toBe(3);
  });
});

describe('lanes', () => {
  const version = (number: number, provenance: Version['provenance'], state: Version['state'] = 'applied'): Version =>
    ({ version: number, provenance, state, author: 'anna', made_at: '2026-01-01T00:00:00Z', note: '', base: number - 1 });

  it('show the newest version of each origin, and which one counts', () => {
    const versions = [version(5, 'transcribed', 'declined'), version(4, 'aligned', 'proposed'), version(3, 'human'), version(2, 'human'), version(1, 'fetched')];

    expect(inUse(versions)?.version).toBe(3);
    expect(lanesOf(versions).map((lane) => [lane.origin, lane.newest?.version ?? null, lane.isInUse])).toEqual([
      ['human', 3, true], ['aligned', 4, false], ['fetched', 1, false], ['transcribed', null, false],
    ]);
  });

  it('are empty without versions', () => {
    expect([inUse([]), lanesOf([]).every((lane) => lane.newest === null)]).toEqual([null, true]);
  });
});
