/** The mixer's keys. */
import { player } from '../shell/player.svelte';
import type { Shortcut } from '../shell/keyboard.svelte';
import { barAt, steppedBy } from './beats';
import { desk } from './desk.svelte';
import { stemName, t } from './words';

/** The stem that holds the focus, else the first. */
function stemInHand(): string | undefined {
  const inFocus = document.activeElement?.closest('[data-stem]')?.getAttribute('data-stem');
  const names = desk.now.stems.map((stem) => stem.name);
  return names.find((name) => name === inFocus) ?? names[0];
}

function toggle(stem: string | undefined, what: 'muted' | 'soloed'): void {
  const strip = stem === undefined ? undefined : desk.now.mix.strips[stem];
  if (stem !== undefined && strip) desk.strip(stem, { [what]: !strip[what] });
}

function toggleLoop(): void {
  if (desk.now.loop) return desk.setLoop(null);
  // A change of place begins a moment before it: just after a jump to a bar we are still in the one before.
  const { bars } = desk.now.facts;
  const bar = barAt(bars, player.position + 0.05) ?? bars[0];
  if (bar) desk.setLoop({ from: bar.start, to: bar.end });
}

const step = (bars: number): void => player.seek(steppedBy(desk.now.facts.bars, player.position, bars));

export function mixerKeys(): Shortcut[] {
  const group = t('group');
  const numbered = Array.from({ length: 6 }, (_, index) => ({
    keys: String(index + 1),
    name: t('muteFirst', { number: index + 1 }),
    group,
    run: () => toggle(desk.now.stems[index]?.name, 'muted'),
  }));
  return [
    { keys: 'Space', name: t('play'), group, run: () => void player.toggle() },
    { keys: 'ArrowLeft', name: t('back'), group, run: () => step(-1) },
    { keys: 'ArrowRight', name: t('on'), group, run: () => step(1) },
    { keys: 'Home', name: t('toStart'), group, run: () => player.seek(desk.now.loop?.from ?? 0) },
    { keys: 'l', name: t('loopKey'), group, run: toggleLoop },
    { keys: 'm', name: t('mute', { stem: stemName(stemInHand() ?? '') }), group, run: () => toggle(stemInHand(), 'muted') },
    { keys: 's', name: t('soloKey'), group, run: () => toggle(stemInHand(), 'soloed') },
    { keys: 'c', name: t('metronome'), group, run: () => desk.setMetronome({ on: !desk.now.metronome.on }) },
    { keys: '-', name: t('slower'), group, run: () => desk.speed({ tempo: desk.now.mix.tempo - 0.05 }) },
    { keys: '+', name: t('faster'), group, run: () => desk.speed({ tempo: desk.now.mix.tempo + 0.05 }) },
    ...numbered,
  ];
}
