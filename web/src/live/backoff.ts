/** How long to wait before trying again: longer each time, never the same for everybody at once. */
export function pauseBefore(attempt: number, random: () => number, most = 30_000): number {
  const full = Math.min(most, 500 * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random();
}
