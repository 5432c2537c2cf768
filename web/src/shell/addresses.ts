/** Addresses inside the studio: made and read relative to <base>, so the studio works under any path prefix. */

/** The path prefix the studio is served under, always starting and ending in a slash. */
export function prefixOf(baseUri: string): string {
  const path = new URL(baseUri).pathname;
  return path.endsWith('/') ? path : path.slice(0, path.lastIndexOf('/') + 1);
}

/** "/library?q=x" under prefix "/music/" is "/music/library?q=x". */
export function withPrefix(prefix: string, address: string): string {
  return prefix + address.replace(/^\/+/, '');
}

/** The studio's own path of a browser path: "/music/library" under "/music/" is "/library". */
export function withoutPrefix(prefix: string, pathname: string): string {
  return pathname.startsWith(prefix) ? '/' + pathname.slice(prefix.length) : '/';
}

export type Parameters = Record<string, string>;

/** The named parts of a path that fits a pattern such as "/songs/:id", or null when it does not fit. */
export function matched(pattern: string, path: string): Parameters | null {
  const wanted = pattern.split('/').filter(Boolean);
  const given = path.split('/').filter(Boolean);
  if (wanted.length !== given.length) return null;
  const found: Parameters = {};
  for (const [place, part] of wanted.entries()) {
    const actual = given[place] ?? '';
    if (part.startsWith(':')) found[part.slice(1)] = decoded(actual);
    else if (part !== actual) return null;
  }
  return found;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A hand-typed "%" is not worth a broken page.
  }
}
