/**
 * Name every platform's optional package in package-lock.json: `node tools/complete_lock.mjs` after `npm install`.
 *
 * A registry that does not carry the builds for other platforms makes npm leave them out of the lock, and `npm ci` then
 * refuses the lock. The entries carry the version and the platform, so that npm skips them where they do not belong.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32', 'aix'];

function platformOf(name) {
  const parts = name.split('/').pop().split('-');
  const place = parts.findIndex((part) => systems.includes(part));
  if (place < 0) return null;
  const cpu = (parts[place + 1] ?? '').replace(/^arm(v7)?$/, 'arm').replace('armv7l', 'arm');
  const libc = parts[place + 2]?.startsWith('musl') ? 'musl' : parts[place + 2]?.startsWith('gnu') ? 'glibc' : null;
  const onLinux = parts[place] === 'linux' && libc ? { libc: [libc] } : {};
  return { cpu: [cpu], ...onLinux, os: [parts[place]] };
}

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const where = `node_modules/${name}`;
    const platform = platformOf(name);
    if (lock.packages[where] || !platform || !/^\d/.test(version)) continue;
    lock.packages[where] = { version, ...platform, dev: true, optional: true };
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync(path, JSON.stringify(lock, null, 2) + '\n');
