/** How much script a browser loads before the first page: `npm run size` fails beyond the budget. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const STATIC = new URL('../../src/harmonix_splitter/studio/static/', import.meta.url);
const BUDGET = 120_000;
const FIRST_PAGES = ['index.html', 'src/library/HomePage.svelte', 'src/signin/SignInPage.svelte'];

const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', STATIC), 'utf8'));
const files = new Set();

function take(name) {
  const chunk = manifest[name];
  if (!chunk || files.has(chunk.file)) return;
  if (chunk.file.endsWith('.js')) files.add(chunk.file);
  for (const next of chunk.imports ?? []) take(next);
}

for (const page of FIRST_PAGES) take(page);
const total = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, STATIC)), { level: 9 }).length, 0);
process.stdout.write(`first load: ${(total / 1000).toFixed(1)} kB of script in ${files.size} files (gzip -9); budget ${BUDGET / 1000} kB\n`);
process.exit(total > BUDGET ? 1 : 0);
