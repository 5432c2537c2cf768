/** A mix in an address, short enough to read aloud: ?bars=17-24&tempo=80&off=bass */
import type { Bar, TimeSpan } from './beats';
import { barsInSpan, spanOfBars } from './beats';
import { flatMix, withSpeed, withStrip, type Mix } from './mix';

export interface Shared {
  mix: Mix;
  loop: TimeSpan | null;
  /** Where to begin, in seconds. */
  start: number;
}

export const LINK_KEYS = ['bars', 'loop', 'at', 'tempo', 'key', 'off', 'only', 'level', 'pan'] as const;

export function queryOf({ mix, loop, start }: Shared, bars: readonly Bar[]): Record<string, string> {
  const flat = flatMix(Object.keys(mix.strips)).strips;
  const stems = Object.entries(mix.strips);
  const named = (wanted: (stem: string) => boolean): string => stems.map(([stem]) => stem).filter(wanted).join('.');
  const query = {
    ...loopQuery(loop, bars),
    at: start > 0 ? start.toFixed(1) : '',
    tempo: mix.tempo === 1 ? '' : String(Math.round(mix.tempo * 100)),
    key: mix.pitch === 0 ? '' : String(mix.pitch),
    off: named((stem) => mix.strips[stem]?.muted === true && !flat[stem]?.muted),
    only: named((stem) => mix.strips[stem]?.soloed === true),
    level: numbers(stems.map(([stem, strip]) => [stem, Math.round(strip.gain * 100)]), 100),
    pan: numbers(stems.map(([stem, strip]) => [stem, Math.round(strip.pan * 100)]), 0),
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== ''));
}

/** The mix an address asks for. What it does not say is as recorded; what makes no sense is left out. */
export function sharedFrom(query: URLSearchParams, stems: readonly string[], bars: readonly Bar[]): Shared {
  const listed = (name: string): string[] => (query.get(name) ?? '').split('.').filter((stem) => stems.includes(stem));
  let mix = flatMix(stems);
  for (const stem of listed('off')) mix = withStrip(mix, stem, { muted: true });
  for (const stem of listed('only')) mix = withStrip(mix, stem, { soloed: true, muted: false });
  for (const [stem, value] of numbered(query.get('level'))) mix = withStrip(mix, stem, { gain: value / 100 });
  for (const [stem, value] of numbered(query.get('pan'))) mix = withStrip(mix, stem, { pan: value / 100 });
  const speed = { tempo: (numberIn(query, 'tempo') ?? 100) / 100, pitch: numberIn(query, 'key') ?? 0 };
  const loop = loopFrom(query, bars);
  return { mix: withSpeed(mix, speed), loop, start: Math.max(0, numberIn(query, 'at') ?? loop?.from ?? 0) };
}

function loopQuery(loop: TimeSpan | null, bars: readonly Bar[]): Record<string, string> {
  if (!loop) return {};
  const whole = barsInSpan(bars, loop);
  return whole ? { bars: `${whole.first}-${whole.last}` } : { loop: `${loop.from.toFixed(2)}-${loop.to.toFixed(2)}` };
}

function loopFrom(query: URLSearchParams, bars: readonly Bar[]): TimeSpan | null {
  const inBars = /^(\d+)(?:-(\d+))?$/.exec(query.get('bars') ?? '');
  if (inBars) return spanOfBars(bars, Number(inBars[1]), Number(inBars[2] ?? inBars[1]));
  const inSeconds = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(query.get('loop') ?? '');
  const [from, to] = [Number(inSeconds?.[1]), Number(inSeconds?.[2])];
  return to > from ? { from, to } : null;
}

function numbers(values: [stem: string, value: number][], usual: number): string {
  return values.filter(([, value]) => value !== usual).map(([stem, value]) => `${stem}:${value}`).join('.');
}

function numbered(text: string | null): [stem: string, value: number][] {
  return [...(text ?? '').matchAll(/([a-z_]+):(-?\d+)/g)].map((found) => [found[1] ?? '', Number(found[2])]);
}

function numberIn(query: URLSearchParams, name: string): number | null {
  const text = query.get(name);
  return text !== null && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}
