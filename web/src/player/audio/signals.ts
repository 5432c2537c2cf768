/** Made-up stems for tests: what a song holds is known to the sample. */
import { ROW, type SampleWindow } from './window';

/** A place-coded signal: sample n of stem s says which n and s it is, so a render tells where it was taken from. */
export function coded(stem: number, place: number): number {
  return ((place * 2654435761) % 4294967296) / 4294967296 - 0.5 + stem;
}

export function clickEvery(spacing: number): (stem: number, place: number) => number {
  return (_stem, place) => (place % spacing === 0 ? 1 : 0);
}

export function fillWindow(window: SampleWindow, sample: (stem: number, place: number) => number): void {
  for (let row = 0; row * ROW < window.total; row++) {
    for (let stem = 0; stem < window.stems; stem++) {
      const left = new Float32Array(ROW);
      for (let index = 0; index < ROW; index++) left[index] = sample(stem, row * ROW + index);
      window.put(row, stem, left, left.slice());
    }
  }
}

/** A generator that always tells the same story. */
export function storyteller(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
}
