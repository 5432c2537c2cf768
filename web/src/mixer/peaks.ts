/** Waveforms as the server measured them, at the zoom that fits: drawn from these, never from decoded audio. */

export interface Level {
  samplesPerPeak: number;
  /** Pairs of lowest and highest, −1 to 1, one pair after the other. */
  pairs: Float32Array;
}

export interface Peaks {
  sampleRate: number;
  /** From fine to coarse. */
  levels: readonly Level[];
}

/** The coarsest level that still has a pair for every pixel. */
export function levelFor(peaks: Peaks, secondsPerPixel: number): Level | undefined {
  const wanted = secondsPerPixel * peaks.sampleRate;
  return peaks.levels.findLast((level) => level.samplesPerPeak <= wanted) ?? peaks.levels[0];
}

/** Lowest and highest for each of `width` columns between two times. */
export function columns(peaks: Peaks, from: number, to: number, width: number): Float32Array {
  const drawn = new Float32Array(2 * width);
  const level = levelFor(peaks, (to - from) / width);
  if (!level) return drawn;
  const perSecond = peaks.sampleRate / level.samplesPerPeak;
  for (let column = 0; column < width; column++) {
    const first = Math.floor((from + ((to - from) * column) / width) * perSecond);
    const last = Math.max(first, Math.ceil((from + ((to - from) * (column + 1)) / width) * perSecond) - 1);
    const [low, high] = extremes(level.pairs, first, last);
    drawn[2 * column] = low;
    drawn[2 * column + 1] = high;
  }
  return drawn;
}

function extremes(pairs: Float32Array, first: number, last: number): [low: number, high: number] {
  let [low, high] = [0, 0];
  for (let index = Math.max(0, first); index <= last && 2 * index + 1 < pairs.length; index++) {
    low = Math.min(low, pairs[2 * index] ?? 0);
    high = Math.max(high, pairs[2 * index + 1] ?? 0);
  }
  return [low, high];
}

/** Read the server's document: 8-bit lowest and highest in turn, at several zooms. */
export function peaksFrom(document: unknown): Peaks {
  const { sampleRate, levels } = document as { sampleRate: number; levels: { samplesPerPeak: number; peaks: number[] }[] };
  const read = levels.map(({ samplesPerPeak, peaks }) => ({ samplesPerPeak, pairs: scaled(peaks) }));
  return { sampleRate, levels: read.sort((one, other) => one.samplesPerPeak - other.samplesPerPeak) };
}

/** A hundred thousand numbers a stem while the first sound is awaited: a plain loop, not a call for each. */
function scaled(peaks: readonly number[]): Float32Array {
  const pairs = new Float32Array(peaks.length);
  for (let index = 0; index < peaks.length; index++) pairs[index] = (peaks[index] ?? 0) / 127;
  return pairs;
}
