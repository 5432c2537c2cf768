/** What the server makes in the background: asked for, waited for, fetched. */
import { apiAddress, ask } from './client';

export type Rendering = { status: 'processing' | 'completed' | 'failed'; url: string | null; error: string | null };

/** Wait for what was asked for; answers how it ended, with where it can be fetched. `pause` waits between looks and
 * may throw to give up. */
export async function rendered<Job extends Rendering>(look: string, pause: () => Promise<void>): Promise<Job & { url: string }> {
  for (;;) {
    const job = await ask<Job>(look);
    if (job.status === 'failed') throw new Error(job.error ?? '');
    if (job.status === 'completed' && job.url) return { ...job, url: apiAddress(job.url) };
    await pause();
  }
}
