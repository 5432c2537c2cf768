/** Who this browser is in a room: what joining gave it, so that it is still the same singer after a reload. */
export type Membership = { singerId: string; name: string; token: string };

const place = (code: string): string => `harmonix.room.${code.toUpperCase()}`;

export function membership(code: string): Membership | null {
  try {
    const kept = JSON.parse(localStorage.getItem(place(code)) ?? 'null') as Partial<Membership> | null;
    return kept?.token && kept.singerId ? { singerId: kept.singerId, name: kept.name ?? '', token: kept.token } : null;
  } catch {
    return null; // What cannot be read was never given.
  }
}

export function keepMembership(code: string, who: Membership): void {
  try {
    localStorage.setItem(place(code), JSON.stringify(who));
  } catch {
    // A private window: the token then lasts as long as the page.
  }
}
