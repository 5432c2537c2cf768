/** Keep the studio's files on this device where the browser allows it (HTTPS or localhost). */
import { href } from './router.svelte';

export function keepFiles(): void {
  if (!import.meta.env.PROD || !isSecureContext || !('serviceWorker' in navigator)) return;
  addEventListener('load', () => {
    // Refused in private windows; the studio then simply comes from the network each time.
    navigator.serviceWorker.register(href('/service-worker.js')).catch(() => undefined);
  });
}
