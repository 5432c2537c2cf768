// Keeps the studio's own files, so that it opens at once and without a network. Songs, stems and answers of the API are
// never kept here: they belong to whoever is signed in.
const KEPT = 'harmonix-files-1';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));

async function takeOver() {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
  await self.clients.claim();
}

self.addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  const path = url.href.startsWith(self.registration.scope) ? url.href.slice(self.registration.scope.length) : null;
  if (event.request.method !== 'GET' || path === null) return;
  if (path.startsWith('assets/')) event.respondWith(fromKept(event.request));
  else if (event.request.mode === 'navigate' && !/^(api|docs|redoc|openapi|ws|share|rest)(\/|\.|$)/.test(path)) {
    event.respondWith(page(event.request));
  }
});

// Files under assets/ carry their content in their name: what is kept is right for ever.
async function fromKept(request) {
  const kept = await caches.open(KEPT);
  const known = await kept.match(request);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await kept.put(request, answer.clone());
  return answer;
}

async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const answer = await fetch(request);
    const isStudio = answer.ok && !answer.redirected && answer.headers.get('content-type')?.includes('text/html');
    if (isStudio && answer.headers.has('content-security-policy')) await kept.put(self.registration.scope, answer.clone());
    return answer;
  } catch (offline) {
    const known = await kept.match(self.registration.scope);
    if (known) return known;
    throw offline;
  }
}
