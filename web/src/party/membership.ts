/** Who this browser is in which room: kept until the browser forgets, so that a reload loses no turn. */
export type Membership = { singerId: string; name: string; token: string };

const place = (code: string) => `harmonix.room.${code.toUpperCase()}`;

export function remembered(code: string): Membership | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place(code)) ?? 'null') as Partial<Membership> | null;
    return kept?.token && kept.singerId ? { singerId: kept.singerId, name: kept.name ?? '', token: kept.token } : null;
  } catch {
    return null; // Storage may be off in private windows: then one joins again.
  }
}

export function remember(code: string, who: Membership): void {
  try {
    localStorage.setItem(place(code), JSON.stringify(who));
  } catch {
    // The room still works for as long as the page is open.
  }
}

export function forget(code: string): void {
  localStorage.removeItem(place(code));
}
