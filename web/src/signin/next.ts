/** Where to go after signing in: a path inside the studio, never somewhere else. */
export function safeNext(wished: string | null): string {
  return wished && /^\/(?![/\\])/.test(wished) && !wished.startsWith('/sign-') ? wished : '/';
}
