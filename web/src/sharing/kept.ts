/** The session this tab shares, kept so that a page opened again can go on with it. */
import type { Begun } from '../api/sharing';

const STORE = 'harmonix.sharing';

export interface Kept {
  begun: Begun;
  together: boolean;
}

export function keptSession(): Kept | null {
  try {
    return JSON.parse(sessionStorage.getItem(STORE) ?? 'null') as Kept | null;
  } catch {
    return null; // What cannot be read is as good as nothing kept.
  }
}

export function keepSession(kept: Kept): void {
  try {
    sessionStorage.setItem(STORE, JSON.stringify(kept));
  } catch {
    // A full store: the session then ends with this page.
  }
}

export const forgetSession = (): void => sessionStorage.removeItem(STORE);
