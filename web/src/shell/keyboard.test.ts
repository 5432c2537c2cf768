import { afterEach, describe, expect, it } from 'vitest';
import { fit, fitting } from './palette.svelte';
import { keyboard, keyName, useShortcuts } from './keyboard.svelte';

let stop = () => {};
afterEach(() => stop());

describe('keys', () => {
  it('have one name whatever the case and the modifier', () => {
    const plain = { ctrlKey: false, metaKey: false, altKey: false };
    expect(keyName({ ...plain, key: 'L' })).toBe('l');
    expect(keyName({ ...plain, key: ' ' })).toBe('Space');
    expect(keyName({ ...plain, key: 'k', metaKey: true })).toBe('mod+k');
    expect(keyName({ ...plain, key: 'k', ctrlKey: true })).toBe('mod+k');
  });

  it('are there while a page is open and gone after it', () => {
    stop = useShortcuts([{ keys: 'm', name: 'Mute', group: 'Mixer', run: () => {} }]);
    expect(keyboard.all.map((one) => one.name)).toEqual(['Mute']);

    stop();

    expect(keyboard.all).toEqual([]);
  });
});

describe('the palette', () => {
  it('prefers beginnings to middles to scattered letters', () => {
    expect(fit('Library', 'lib')).toBeGreaterThan(fit('My library', 'lib'));
    expect(fit('My library', 'lib')).toBeGreaterThan(fit('Calibrate', 'lib'));
    expect(fit('Live in Berlin', 'lib')).toBeGreaterThan(0);
    expect(fit('Queue', 'lib')).toBe(0);
  });

  it('shows the best fits first', () => {
    const command = (name: string) => ({ name, group: '', run: () => {} });
    expect(fitting([command('Add'), command('Admin'), command('Load')], 'ad').map((one) => one.name)).toEqual(['Add', 'Admin', 'Load']);
  });
});
