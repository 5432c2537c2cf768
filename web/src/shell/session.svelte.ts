/** Who is signed in, and whether this server has been set up yet. */
import { ApiProblem, ask, onSignedOut } from '../api/client';
import type { Me } from '../api/types';

type State = { known: boolean; user: Me | null; needsSetUp: boolean; expired: boolean };

const AGAIN_MS = 3000;
let state = $state<State>({ known: false, user: null, needsSetUp: false, expired: false });

onSignedOut(() => {
  if (state.user) state.expired = true; // Pages keep what was typed; a dialog asks for the password again.
});

export const session = {
  /** False until the first answer: pages show skeletons, not the sign-in form. */
  get known() {
    return state.known;
  },
  get user() {
    return state.user;
  },
  get isAdmin() {
    return state.user?.role === 'admin';
  },
  get needsSetUp() {
    return state.needsSetUp;
  },
  get expired() {
    return state.expired;
  },
  async load(): Promise<void> {
    try {
      state.user = await ask<Me>('/api/auth/me');
      state.expired = false;
      state.needsSetUp = false;
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      if (problem.isOffline) {
        setTimeout(() => void session.load(), AGAIN_MS); // Pages open by themselves once the server is back.
        return;
      }
      state.user = null;
      state.needsSetUp = await asksForSetUp();
    }
    state.known = true;
  },
  signedIn(user: Me) {
    state = { known: true, user, needsSetUp: false, expired: false };
  },
  /** Nobody is signed in here any more: the shell leads to the sign-in page. */
  leave() {
    state = { known: true, user: null, needsSetUp: false, expired: false };
  },
  async signOut(): Promise<void> {
    await ask('/api/auth/logout', { method: 'POST' });
    session.leave();
  },
};

async function asksForSetUp(): Promise<boolean> {
  try {
    return (await ask<{ needed: boolean }>('/api/setup')).needed;
  } catch (problem) {
    if (problem instanceof ApiProblem) return false;
    throw problem;
  }
}
