/** What joining a room gave this phone, so that it is still the same singer after a reload. */

const STORE = 'harmonix.room.';

export function tokenFor(code: string): string {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE + code) ?? '{}') as { token?: unknown };
    return typeof kept.token === 'string' ? kept.token : '';
  } catch {
    return ''; // What cannot be read was never given.
  }
}

export function keepToken(code: string, singerId: string, token: string): void {
  try {
    localStorage.setItem(STORE + code, JSON.stringify({ singerId, token }));
  } catch {
    // A private window: the token then lasts as long as the page.
  }
}
