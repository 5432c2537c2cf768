/** Where the rail, the bottom bar and the palette lead. */
import type { IconName } from '../design/icons';

export type Place = { path: string; icon: IconName; name: 'home' | 'add' | 'queue' | 'library' | 'party' | 'account' | 'admin' };

const everybody: readonly Place[] = [
  { path: '/', icon: 'home', name: 'home' },
  { path: '/library', icon: 'library', name: 'library' },
  { path: '/add', icon: 'add', name: 'add' },
  { path: '/queue', icon: 'queue', name: 'queue' },
  { path: '/party', icon: 'party', name: 'party' },
];
const account: Place = { path: '/account', icon: 'account', name: 'account' };
const admin: Place = { path: '/admin', icon: 'admin', name: 'admin' };

export function placesFor(isAdmin: boolean): { main: readonly Place[]; own: readonly Place[] } {
  return { main: everybody, own: isAdmin ? [admin, account] : [account] };
}

/** Whether a place is where we are; home only when nothing else is. */
export function isHere(place: Place, path: string): boolean {
  return place.path === '/' ? path === '/' : path === place.path || path.startsWith(place.path + '/');
}
