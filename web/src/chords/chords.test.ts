import { describe, expect, it } from 'vitest';
import { codeOf, keyFrom, keyName, keyOfCode, movedKey, neighbours } from './camelot';
import { capoFor } from './capo';
import { chordFrom, harteOf, intervals, moved, notesOf, QUALITY_NAMES, shown } from './harte';
import { corrected, gridOf, indexAt, nextAfter, timedChord, transposed, UNSURE } from './lane';
import { guitarShape, pianoKeys, TUNING } from './shapes';

const read = (label: string): string => shown(chordFrom(label));

describe('a chord\'s name', () => {
  it.each([
    ['A:min', 'Am'], ['C:maj', 'C'], ['F#:min7', 'F♯m7'], ['G:7', 'G7'], ['Bb:maj7', 'A♯maj7'], ['C', 'C'], ['Am7', 'Am7'],
    ['D:maj/3', 'D/F♯'], ['A:min/b3', 'Am/C'], ['C/G', 'C/G'], ['E:hdim7', 'Em7♭5'], ['N', '–'], ['X', '–'], ['D:min11', 'Dm'],
  ])('%s is shown as %s', (label, name) => {
    expect(read(label)).toBe(name);
  });

  it('moves with the pitch, its bass too', () => {
    expect(shown(moved(chordFrom('A:min/b3')!, -3))).toBe('F♯m/A');
    expect(shown(moved(chordFrom('B:maj')!, 2), 'flats')).toBe('D♭');
  });

  it('goes back to the server in Harte\'s writing', () => {
    for (const label of ['A:min', 'F#:7', 'C:maj/3', 'D:min7/b7']) expect(harteOf(chordFrom(label)!)).toBe(label);
  });
});

describe('guitar shapes', () => {
  const frets = (label: string): string => guitarShape(chordFrom(label)!)!.frets.map((fret) => fret ?? 'x').join('');

  it.each([
    ['E', '022100'], ['Em', '022000'], ['A', 'x02220'], ['Am', 'x02210'], ['D', 'xx0232'], ['C', 'x32010'], ['Dm', 'xx0231'],
  ])('%s is what every beginner learns', (label, shape) => {
    expect(frets(label)).toBe(shape);
  });

  it('hold every chord there is, with its notes and no others, within four frets and four fingers', () => {
    const failures: string[] = [];
    for (let root = 0; root < 12; root++) {
      for (const quality of QUALITY_NAMES) {
        const chord = { root, quality, bass: null };
        const shape = guitarShape(chord);
        const notes = notesOf(chord);
        const sounding = shape?.frets.flatMap((fret, string) => (fret === null ? [] : [(TUNING[string]! + fret) % 12])) ?? [];
        const pressed = shape?.frets.filter((fret): fret is number => fret !== null && fret > 0) ?? [];
        const isRight = sounding.every((note) => notes.includes(note)) && sounding[0] === root;
        if (!isRight || Math.max(...pressed) - Math.min(...pressed) > 3) failures.push(`${root}:${quality}`);
      }
    }
    expect(failures.filter((name) => !/:(11|13)$/.test(name))).toEqual([]);
  });

  it('show F as a barre', () => {
    expect(guitarShape(chordFrom('F')!)).toMatchObject({ frets: [1, 3, 3, 2, 1, 1], barreFrom: 0 });
  });
});

describe('piano keys', () => {
  it('stand above the root, the bass below', () => {
    expect(pianoKeys(chordFrom('A:min')!)).toEqual([9, 12, 16]);
    expect(pianoKeys(chordFrom('C:maj/3')!)).toEqual([4, 12, 16, 19]);
    expect(intervals(chordFrom('G:7')!)).toEqual([0, 4, 7, 10]);
  });
});

describe('a capo', () => {
  const song = (labels: string): Parameters<typeof capoFor>[0] =>
    labels.split(' ').map((label, index) => ({ chord: chordFrom(label), start: index, end: index + 1 }));

  it('is not needed in open keys', () => {
    expect(capoFor(song('G D Em C'))).toEqual({ fret: 0, easy: 1 });
  });

  it('brings E flat down to D', () => {
    expect(capoFor(song('Eb Bb Cm Ab'))?.fret).toBe(1);
  });

  it('has nothing to say about silence', () => {
    expect(capoFor(song('N N'))).toBeNull();
  });
});

describe('the Camelot wheel', () => {
  it.each([['C major', '8B'], ['A minor', '8A'], ['F# minor', '11A'], ['Bb major', '6B'], ['E:min', '9A'], ['G', '9B']])('%s is %s', (name, code) => {
    expect(codeOf(keyFrom(name)!)).toBe(code);
  });

  it('goes both ways for all twenty-four keys', () => {
    for (let number = 1; number <= 12; number++) {
      for (const isMinor of [true, false]) expect(codeOf(keyOfCode(number, isMinor)!)).toBe(`${number}${isMinor ? 'A' : 'B'}`);
    }
  });

  it('knows the neighbours and follows the pitch', () => {
    expect(neighbours(keyFrom('A minor')!)).toEqual(['8A', '8B', '9A', '7A']);
    expect(neighbours(keyFrom('12B')!)).toEqual(['12B', '12A', '1B', '11B']);
    expect(keyName(movedKey(keyFrom('A minor')!, 1))).toBe('B♭m');
  });
});

describe('the lane', () => {
  const lane = ['C:maj', 'N', 'G:maj', 'A:min'].map((chord, index) => timedChord({ chord, start: index, end: index + 1, confidence: index === 3 ? 0.3 : 0.9 }));

  it('knows what sounds and what comes next', () => {
    expect([indexAt(lane, -1), indexAt(lane, 0), indexAt(lane, 2.99), indexAt(lane, 9)]).toEqual([-1, 0, 2, -1]);
    expect(nextAfter(lane, 0.5)?.label).toBe('G:maj');
    expect(lane[3]!.confidence).toBeLessThan(UNSURE);
  });

  it('is transposed with the pitch', () => {
    expect(transposed(lane, 2).map((each) => shown(each.chord))).toEqual(['D', '–', 'A', 'Bm']);
  });

  it('falls on the beats of its bars', () => {
    const beats = [0, 1, 2, 3].map((time) => ({ time: time + 0.1, isDown: time % 2 === 0 }));
    const bars = [{ number: 1, start: 0.1, end: 2.1, beats: beats.slice(0, 2) }, { number: 2, start: 2.1, end: 4.1, beats: beats.slice(2) }];

    expect(gridOf(lane, bars).map((bar) => bar.cells.map((cell) => cell.change?.label))).toEqual([['C:maj', 'N'], ['G:maj', 'A:min']]);
  });

  it('joins neighbours that a correction makes equal', () => {
    expect(corrected(lane, 3, 'G:maj').map((each) => [each.label, each.end])).toEqual([['C:maj', 1], ['N', 2], ['G:maj', 4]]);
  });
});
