/** What the command palette can do: pages, songs found on the server, and what pages register while open. */
import type { IconName } from '../design/icons';

export type Command = { name: string; group: string; icon?: IconName; hint?: string; run: () => void };

let registered = $state.raw<readonly Command[]>([]);
let open = $state(false);

/** Offer commands while a page is open; the answer takes them away again. */
export function useCommands(commands: readonly Command[]): () => void {
  registered = [...registered, ...commands];
  return () => {
    registered = registered.filter((one) => !commands.includes(one));
  };
}

export function openPalette(): void {
  open = true;
}

export const palette = {
  get open() {
    return open;
  },
  set open(value: boolean) {
    open = value;
  },
  get registered(): readonly Command[] {
    return registered;
  },
};

/** How well a name fits what was typed: 0 not at all; whole words first, then letters in order. */
export function fit(name: string, typed: string): number {
  const [text, wish] = [name.toLowerCase(), typed.trim().toLowerCase()];
  if (!wish) return 1;
  if (text.startsWith(wish)) return 4;
  if (text.split(/\s+/).some((word) => word.startsWith(wish))) return 3;
  if (text.includes(wish)) return 2;
  let at = 0;
  for (const letter of wish) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return 0;
  }
  return 1;
}

export function fitting(commands: readonly Command[], typed: string, most = 12): Command[] {
  return commands
    .map((command) => ({ command, score: fit(command.name, typed) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ command }) => command);
}
