/** Fetches a page's program as soon as somebody points at a link to it, so that the press only has to open it. */
import { placeOf } from './router.svelte';
import { routeFor } from './routes';

export function foresee(target: EventTarget | null): void {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href]') : null;
  if (!link || link.origin !== location.origin) return;
  const { route } = routeFor(placeOf(link));
  // What goes wrong is said by the page that is opened.
  if (route.path !== '*') route.load().catch(() => undefined);
}
