/**
 * Checks the studio's calls against the server's own API document.
 *
 *   node tools/api_calls.mjs openapi.json     (or - to read it from the standard input)
 *
 * Every address in src/api (and every other `ask(...)` in src) must be in the document with that method; the
 * answer lists what is not, and the exit status says whether there was any.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** "/api/songs/${id}/audio" and "/api/songs/{song_id}/audio" are both "/api/songs/*\/audio". */
export const plain = (path) => path.replace(/\$?\{[^}]*\}+/g, '*').replace(/\/$/, '') || '/';

/** Literal addresses given to the server in a source text, with their methods. */
export function callsIn(text) {
  const found = [];
  const call = /\b(?:ask|post)(?:<[^(]*>)?\(\s*(['"`])(\/[^'"`]*)\1([^;\n]*)/g;
  for (const [whole, , path, rest] of text.matchAll(call)) {
    const method = /method: '(\w+)'/.exec(rest)?.[1] ?? (whole.startsWith('post') ? 'POST' : 'GET');
    found.push({ method: method.toLowerCase(), path: plain(path) });
  }
  return found;
}

export function missingIn(document, calls) {
  const known = new Map(Object.entries(document.paths).map(([path, methods]) => [plain(path), Object.keys(methods)]));
  return calls.filter(({ method, path }) => !known.get(path)?.includes(method));
}

function sources(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|svelte)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const from = process.argv[2] ?? '-';
  const document = JSON.parse(readFileSync(from === '-' ? 0 : from, 'utf8'));
  const calls = sources(SRC).flatMap((path) => callsIn(readFileSync(path, 'utf8')));
  const missing = missingIn(document, calls);
  for (const { method, path } of missing) process.stdout.write(`not in the API document: ${method.toUpperCase()} ${path}\n`);
  process.stdout.write(`${calls.length} calls, ${missing.length} unknown to the server\n`);
  process.exit(missing.length ? 1 : 0);
}
