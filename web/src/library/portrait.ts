/** A song drawn small: its waveform and its tempo as SVG paths. */
import type { Beat } from '../mixer/beats';
import { columns, type Peaks } from '../mixer/peaks';

export type TempoCurve = { points: readonly { time: number; bpm: number }[]; low: number; high: number };

/** Beats this many apart are compared: shorter and the curve shows the noise of the beat finder, not the band. */
const STRIDE = 8;

/** The tempo as it moves, in BPM; null where there are too few beats to speak of one. */
export function tempoCurve(beats: readonly Beat[]): TempoCurve | null {
  const points = beats.slice(0, -STRIDE).map(({ time }, place) => {
    const end = beats[place + STRIDE]?.time ?? time;
    return { time: (time + end) / 2, bpm: (60 * STRIDE) / (end - time) };
  });
  if (points.length < 2) return null;
  const heights = points.map(({ bpm }) => bpm);
  return { points, low: Math.min(...heights), high: Math.max(...heights) };
}

/** Always at least ten percent of range: a steady song is a steady line, not a mountain of hundredths. */
export function curvePath({ points, low, high }: TempoCurve, duration: number, width: number, height: number): string {
  const middle = (low + high) / 2;
  const range = Math.max(high - low, middle * 0.1);
  const place = ({ time, bpm }: { time: number; bpm: number }) =>
    `${((width * time) / duration).toFixed(1)} ${(height / 2 - (0.9 * height * (bpm - middle)) / range).toFixed(1)}`;
  return `M${points.map(place).join('L')}`;
}

/** Both sides of the waveform as one filled shape. */
export function wavePath(peaks: Peaks, duration: number, width: number, height: number): string {
  const bars = columns(peaks, 0, duration, width / 3);
  const lifted = (level: number): number => Math.max(0.02, Math.max(0, level) ** 0.7) * (height / 2);
  let path = '';
  for (let bar = 0; bar < bars.length / 2; bar++) {
    const [low, high] = [lifted(-(bars[2 * bar] ?? 0)), lifted(bars[2 * bar + 1] ?? 0)];
    path += `M${bar * 3} ${(height / 2 - high).toFixed(1)}h2v${(high + low).toFixed(1)}h-2z`;
  }
  return path;
}
