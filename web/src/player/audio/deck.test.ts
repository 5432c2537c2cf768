import createStretch, { type StretchModule } from 'virtual:stretch-factory';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Clicks } from './clicks';
import { Deck } from './deck';
import { clickEvery, coded, fillWindow, storyteller } from './signals';
import { Stretcher } from './stretcher';
import { ROW, SampleWindow } from './window';

const RATE = 44100;
const STEMS = 6;
const TOTAL = 6 * RATE;
const QUANTUM = 128;
// Minutes of sound are rendered here; on a busy machine that takes its time.
vi.setConfig({ testTimeout: 60_000 });

let wasm: StretchModule;
let window: SampleWindow;
let deck: Deck;

beforeAll(async () => {
  wasm = await createStretch();
});

beforeEach(() => {
  window = new SampleWindow(STEMS, TOTAL);
  deck = new Deck(window, new Clicks(RATE), new Stretcher(wasm, 2 * STEMS, RATE));
});

/** Render on, and answer each channel's samples and the metronome's. */
function render(seconds: number): { channels: Float32Array[]; click: Float32Array } {
  const quanta = Math.ceil((seconds * RATE) / QUANTUM);
  const channels = Array.from({ length: 2 * STEMS }, () => new Float32Array(quanta * QUANTUM));
  const click = new Float32Array(quanta * QUANTUM);
  for (let quantum = 0; quantum < quanta; quantum++) {
    const part = (samples: Float32Array): Float32Array => samples.subarray(quantum * QUANTUM, (quantum + 1) * QUANTUM);
    deck.render(channels.map(part), part(click));
  }
  return { channels, click };
}

function loudPlaces(samples: Float32Array, threshold = 0.5): number[] {
  return [...samples.keys()].filter((index) => Math.abs(samples[index] ?? 0) > threshold);
}

/** The greatest difference: one sample of lag would show as a tenth and more at the clicks. */
function furthest(one: Float32Array, other: Float32Array = one): number {
  return one.reduce((most, sample, index) => Math.max(most, Math.abs(sample - (other[index] ?? 0))), 0);
}

/** The middle of each burst of energy: a stretched click is spread over some milliseconds. */
function peakPlaces(samples: Float32Array, apart: number): number[] {
  const peaks: number[] = [];
  for (const place of loudPlaces(samples, 0.05)) {
    const last = peaks.at(-1);
    if (last === undefined || place - last > apart) peaks.push(place);
    else if (Math.abs(samples[place] ?? 0) > Math.abs(samples[last] ?? 0)) peaks[peaks.length - 1] = place;
  }
  return peaks;
}

describe('at the song\'s own speed', () => {
  it('gives the very samples of the song', () => {
    fillWindow(window, coded);
    deck.seek(1000);
    deck.play();

    const { channels } = render(0.1);

    const heard = [...(channels[6]?.slice(128, 3000) ?? [])];
    expect(heard).toEqual(heard.map((_, index) => Math.fround(coded(3, 1000 + index))));
  });

  it('keeps six stems on the same sample through fifty seeks and loops', () => {
    fillWindow(window, coded);
    const story = storyteller(7);
    deck.play();

    for (let turn = 0; turn < 50; turn++) {
      deck.seek(Math.floor(story() * TOTAL * 0.9));
      deck.setLoop(turn % 3 === 0 ? { from: story() * 1e5, to: 2e5 + story() * 1e5 } : null);
      const { channels } = render(0.02 + story() * 0.06);
      const first = channels[0] ?? new Float32Array();
      for (let stem = 1; stem < STEMS; stem++) {
        const lowered = (channels[2 * stem] ?? first).map((sample) => sample - stem);
        expect(furthest(lowered.slice(2 * QUANTUM), first.slice(2 * QUANTUM))).toBeLessThan(1e-5);
      }
    }
  });

  it('repeats a loop after exactly its length, and its first sample at full level', () => {
    fillWindow(window, clickEvery(5000));
    deck.setLoop({ from: 10000, to: 25000 });
    deck.seek(10000);
    deck.play();

    const { channels } = render(2);

    const gaps = loudPlaces(channels[0] ?? new Float32Array()).map((place, index, all) => place - (all[index - 1] ?? place));
    expect(new Set(gaps.slice(1))).toEqual(new Set([5000]));
    expect(gaps.length).toBeGreaterThan(15);
  });

  it('is silent while stopped and fades out when it stops', () => {
    fillWindow(window, () => 1);
    deck.play();
    render(0.1);
    deck.pause();

    const { channels } = render(0.1);

    expect(channels[0]?.[0]).toBeGreaterThan(0.9);
    expect(channels[0]?.[QUANTUM - 1]).toBeCloseTo(0, 2);
    expect(Math.max(...(channels[0]?.slice(QUANTUM) ?? [1]))).toBe(0);
  });
});

describe('stretched', () => {
  it.each([0.5, 0.75, 1.25, 2])('puts clicks where the tempo %f says', (rate) => {
    fillWindow(window, clickEvery(22050));
    deck.setSpeed(rate, 0);
    deck.play();

    const { channels } = render(2.5);

    const peaks = peakPlaces(channels[0] ?? new Float32Array(), 3000);
    const gaps = peaks.slice(1).map((place, index) => place - (peaks[index] ?? 0)).slice(1);
    expect(gaps.length).toBeGreaterThanOrEqual(1);
    for (const gap of gaps) expect(Math.abs(gap - 22050 / rate)).toBeLessThan(0.005 * RATE);
  });

  it('keeps six equal stems equal through fifty seeks, tempos, pitches and loops', () => {
    fillWindow(window, (_stem, place) => Math.sin(place * 0.05) * 0.4 + (place % 11025 === 0 ? 0.5 : 0));
    const story = storyteller(11);
    deck.play();

    for (let turn = 0; turn < 50; turn++) {
      deck.seek(story() * TOTAL * 0.8);
      deck.setSpeed(turn % 4 === 0 ? 1 : 0.5 + story() * 1.5, turn % 2 === 0 ? 0 : Math.round(story() * 24) - 12);
      deck.setLoop(turn % 3 === 0 ? { from: story() * 1e5, to: 2e5 + story() * 1e5 } : null);
      const { channels } = render(0.02 + story() * 0.06);
      for (const channel of channels.slice(1)) expect(furthest(channel, channels[0])).toBeLessThan(2e-3);
    }
  });

  it('reports a place that moves at the tempo', () => {
    fillWindow(window, coded);
    deck.setSpeed(0.5, 0);
    deck.play();
    render(0.5);
    const before = deck.position;

    render(2);

    expect((deck.position - before) / (2 * RATE)).toBeCloseTo(0.5, 2);
  });

  it('goes back to the very samples of the song at 1.0 and 0 semitones', () => {
    fillWindow(window, coded);
    deck.setSpeed(0.8, 3);
    deck.play();
    render(0.5);
    deck.setSpeed(1, 0);
    render(0.01);
    const place = deck.position;

    const { channels } = render(0.1);

    expect(channels[2]?.[5]).toBe(Math.fround(coded(1, place + 5)));
  });
});

describe('metronome', () => {
  const ticks = Array.from({ length: 20 }, (_, beat) => ({ at: beat * 22050, accent: beat % 4 === 0 }));
  const onsets = (click: Float32Array): number[] => peakPlaces(click, 4000);

  it('strikes on the beats themselves, also around a loop', () => {
    fillWindow(window, clickEvery(22050));
    deck.setTicks(ticks);
    deck.setLoop({ from: 22050, to: 66150 });
    deck.seek(22050);
    deck.play();

    const { channels, click } = render(3);

    const beats = loudPlaces(channels[0] ?? new Float32Array());
    expect(beats.length).toBeGreaterThan(4);
    expect(onsets(click)).toEqual(beats);
  });

  it('counts in before the song moves, and lands on its first sample', () => {
    fillWindow(window, clickEvery(22050));
    deck.seek(22050);
    deck.play({ beats: 4, interval: 22050, accentEvery: 4 });

    const { channels, click } = render(2.5);

    const strikes = onsets(click);
    expect(strikes.length).toBe(4);
    const first = loudPlaces(channels[0] ?? new Float32Array())[0] ?? 0;
    expect(Math.abs(first - 4 * 22050)).toBeLessThanOrEqual(QUANTUM);
  });
});

describe('when samples are missing', () => {
  it('stands still with every stem silent until they come, and then goes on from there', () => {
    deck.play();
    render(0.2);
    expect(deck.report()).toMatchObject({ starved: true });
    const place = deck.position;
    fillWindow(window, coded);

    render(0.1);

    expect(deck.report()).toMatchObject({ starved: false });
    expect(deck.position - place).toBeLessThan(0.11 * RATE);
  });

  it('does not wait for a stem that cannot be decoded', () => {
    fillWindow(window, coded);
    const other = new SampleWindow(STEMS, TOTAL);
    other.silence(2);
    for (const stem of [0, 1, 3, 4, 5]) other.put(0, stem, new Float32Array(ROW).fill(1), new Float32Array(ROW));

    expect(other.covers(0, ROW)).toBe(true);
  });

  it('says once that the song is over', () => {
    fillWindow(window, coded);
    deck.seek(TOTAL - 1000);
    deck.play();
    const block = Array.from({ length: 2 * STEMS }, () => new Float32Array(QUANTUM));

    const ends = Array.from({ length: 40 }, () => deck.render(block, new Float32Array(QUANTUM)));

    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(deck.report().playing).toBe(false);
  });
});
