/** Where we are, and how to go elsewhere: the History API under <base>. */
import { prefixOf, withPrefix, withoutPrefix } from './addresses';

const prefix = typeof document === 'undefined' ? '/' : prefixOf(document.baseURI);

function here(): { path: string; query: string } {
  if (typeof location === 'undefined') return { path: '/', query: '' };
  return { path: withoutPrefix(prefix, location.pathname), query: location.search };
}

let place = $state(here());

/** A link a browser may open in a new tab: the studio's path with the prefix before it. */
export function href(path: string): string {
  return withPrefix(prefix, path);
}

/** The studio's own path of a link. */
export function placeOf(link: { pathname: string }): string {
  return withoutPrefix(prefix, link.pathname);
}

/** Go to a studio path such as "/songs/42?loop=17-24". */
export function go(path: string, how: { replace?: boolean } = {}): void {
  const address = href(path);
  if (how.replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  const before = place.path;
  place = here();
  if (!how.replace && before !== place.path) scrollTo(0, 0);
}

/** Change parts of the query without a step in the history; null or '' takes a part out. */
export function setQuery(changes: Record<string, string | null>): void {
  const query = new URLSearchParams(place.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value);
    else query.delete(name);
  }
  const text = query.toString();
  go(place.path + (text ? `?${text}` : ''), { replace: true });
}

export const router = {
  get path() {
    return place.path;
  },
  get query() {
    return new URLSearchParams(place.query);
  },
};

/** Take over plain clicks on links into the studio; leave every other click to the browser. */
function followLink(event: MouseEvent): void {
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.defaultPrevented);
  const link = (event.target as Element | null)?.closest?.('a');
  if (!isPlain || !link || !isOurs(link)) return;
  event.preventDefault();
  go(withoutPrefix(prefix, link.pathname) + link.search);
}

function isOurs(link: HTMLAnchorElement): boolean {
  if (!link.href || link.target || link.hasAttribute('download') || link.origin !== location.origin) return false;
  return link.pathname.startsWith(prefix) && !/^\/(api|docs|openapi)/.test(withoutPrefix(prefix, link.pathname));
}

export function startRouter(): void {
  addEventListener('popstate', () => (place = here()));
  document.addEventListener('click', followLink);
}
