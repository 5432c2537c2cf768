/** Keys that do things: each page registers its own while it is open, and "?" shows them all. */

export type Shortcut = {
  /** As KeyboardEvent.key, with "mod+" before it for Ctrl or Command: "mod+k", "?", "ArrowLeft", "g l" (one after the other). */
  keys: string;
  name: string;
  group: string;
  run: (event: KeyboardEvent) => void;
  /** Also works while typing in a field (only sensible for "mod+" keys). */
  whileTyping?: boolean;
};

const isMac = typeof navigator !== 'undefined' && /Mac|iP/.test(navigator.platform);
/** What "mod" is called on this keyboard. */
export const modKey = isMac ? '⌘' : 'Ctrl';

let registered = $state.raw<readonly Shortcut[]>([]);
let firstKey = '';
let firstKeyAt = 0;
const SEQUENCE_MS = 900;

/** Register shortcuts; the answer takes them away again (return it from $effect or onMount). */
export function useShortcuts(shortcuts: readonly Shortcut[]): () => void {
  registered = [...registered, ...shortcuts];
  return () => {
    registered = registered.filter((one) => !shortcuts.includes(one));
  };
}

export const keyboard = {
  /** What "?" shows: the last registered wins where two share a key. */
  get all(): readonly Shortcut[] {
    return registered;
  },
};

export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !['button', 'checkbox', 'radio', 'range', 'submit'].includes(target.type);
}

/** "mod+k" for Ctrl+K, "?" for Shift+/, "L" and "l" alike as "l". */
export function keyName(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shown = key === ' ' ? 'Space' : key;
  return (event.ctrlKey || event.metaKey ? 'mod+' : '') + (event.altKey ? 'alt+' : '') + shown;
}

function shortcutFor(name: string, typing: boolean): Shortcut | undefined {
  return registered.findLast((one) => one.keys.toLowerCase() === name.toLowerCase() && (!typing || one.whileTyping));
}

/** A control that has its own meaning for the key keeps it. */
function belongsToControl(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog, [role="menu"], [role="listbox"]') && !event.ctrlKey && !event.metaKey) return true;
  if (event.key === ' ' || event.key === 'Enter') return target.matches('button, a, summary, [role="button"], input');
  if (!event.key.startsWith('Arrow')) return false;
  return target.matches('input, [role="slider"], [role="tab"], [role="option"], [role="row"], [role="grid"]');
}

export function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || belongsToControl(event)) return;
  const name = keyName(event);
  const typing = isTyping(event.target);
  const isFollowing = !typing && firstKey !== '' && event.timeStamp - firstKeyAt < SEQUENCE_MS;
  const found = (isFollowing && shortcutFor(`${firstKey} ${name}`, false)) || shortcutFor(name, typing);
  firstKey = typing ? '' : name;
  firstKeyAt = event.timeStamp;
  if (!found) return;
  firstKey = '';
  event.preventDefault();
  found.run(event);
}
