/** Where a panel beside a button has room: under it, or above it where there is more; never outside what is seen. */

export type Span = { top: number; bottom: number };
export type Room = { above: boolean; height: number };
type Breadth = { left: number; right: number };

/** Between the button and its panel, and between the panel and the edge. */
const GAPS = 12;

/** `seen` is the part of the page that can be seen, `wanted` the height of the panel. */
export function roomBeside(button: Span, seen: Span, wanted: number): Room {
  const [over, under] = [button.top - seen.top - GAPS, seen.bottom - button.bottom - GAPS];
  const above = under < wanted && over > under;
  return { above, height: Math.max(0, above ? over : under) };
}

/** How far to the left a panel that begins where its button does must move to end where the page does. */
export function shiftInto(button: Breadth, seen: Breadth, width: number): number {
  return Math.max(0, Math.min(button.left + width + GAPS - seen.right, button.left - seen.left));
}

/** What can be seen of the page around an element: the player covers the rest. */
export function seenAround(element: Element): Span & Breadth {
  const window = { top: 0, bottom: innerHeight, left: 0, right: innerWidth };
  return element.closest('[data-scroller]')?.getBoundingClientRect() ?? window;
}
