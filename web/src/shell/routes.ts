/** Every page of the studio and its address. Each is loaded when it is first opened. */
import type { Component } from 'svelte';
import { matched, type Parameters } from './addresses';

export type PageModule = { default: Component<{ parameters: Parameters }> };

/** studio: rail and player around it; bare: a page of its own (sign in, stage); open: needs no sign-in. */
export type Frame = 'studio' | 'bare';

export type Route = {
  path: string;
  load: () => Promise<PageModule>;
  frame: Frame;
  needs: 'nobody' | 'user' | 'admin';
};

// A page that takes no parameters is as welcome as one that does.
function page(path: string, load: () => Promise<unknown>, needs: Route['needs'] = 'user', frame: Frame = 'studio'): Route {
  return { path, load: load as () => Promise<PageModule>, needs, frame };
}

export const routes: readonly Route[] = [
  page('/', () => import('../library/HomePage.svelte')),
  page('/add', () => import('../add/AddPage.svelte')),
  page('/queue', () => import('../queue/QueuePage.svelte')),
  page('/library', () => import('../library/LibraryPage.svelte')),
  page('/library/artists', () => import('../library/ArtistsPage.svelte')),
  page('/account', () => import('../account/AccountPage.svelte')),
  page('/account/:tab', () => import('../account/AccountPage.svelte')),
  page('/admin', () => import('../admin/AdminPage.svelte'), 'admin'),
  page('/admin/:tab', () => import('../admin/AdminPage.svelte'), 'admin'),

  page('/songs/:id', () => import('../mixer/MixerPage.svelte')),
  page('/songs/:id/words', () => import('../lyrics/WordsPage.svelte')),
  page('/songs/:id/details', () => import('../library/SongDetailsPage.svelte')),
  page('/party', () => import('../party/PartyPage.svelte')),

  page('/stage/:code', () => import('../stage/StagePage.svelte'), 'nobody', 'bare'),
  page('/remote/:code', () => import('../party/RemotePage.svelte'), 'nobody', 'bare'),
  page('/join/:code', () => import('../party/JoinPage.svelte'), 'nobody', 'bare'),
  page('/listen/:code', () => import('../sharing/ListenPage.svelte'), 'nobody', 'bare'),

  page('/hear/:word', () => import('../sharing/HearPage.svelte'), 'nobody', 'bare'),

  page('/sign-in', () => import('../signin/SignInPage.svelte'), 'nobody', 'bare'),
  page('/sign-up', () => import('../signin/SignUpPage.svelte'), 'nobody', 'bare'),
  page('/welcome', () => import('../signin/WelcomePage.svelte'), 'nobody', 'bare'),
];

const missing = page('*', () => import('./MissingPage.svelte'), 'nobody', 'studio');

/** The route for a path and its named parts; the page that says "nothing here" when none fits. */
export function routeFor(path: string): { route: Route; parameters: Parameters } {
  for (const route of routes) {
    const parameters = matched(route.path, path);
    if (parameters) return { route, parameters };
  }
  return { route: missing, parameters: {} };
}
