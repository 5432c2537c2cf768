/** Fetches programs before they are needed, so that the press only has to open what is there. */
import { placeOf } from './router.svelte';
import { routeFor } from './routes';

/** A page's program, as soon as somebody points at a link to it. */
export function foresee(target: EventTarget | null): void {
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a[href]') : null;
  if (!link || link.origin !== location.origin) return;
  const { route } = routeFor(placeOf(link));
  // What goes wrong is said by the page that is opened.
  if (route.path !== '*') route.load().catch(() => undefined);
}

/** The mixer's, when the first page rests: almost everybody goes there next. Who counts bytes is left alone. */
export function foreseeMixer(): void {
  const { saveData } = (navigator as { connection?: { saveData?: boolean } }).connection ?? {};
  if (saveData) return;
  const whenIdle = globalThis.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 2000));
  whenIdle(() => {
    routeFor('/songs/any').route.load().catch(() => undefined);
    import('../mixer/open_sound').then(({ fetchPrograms }) => fetchPrograms(), () => undefined);
  });
}
