/** A job that works on the words of the open song: timing them or writing them down. */
import { ask } from '../api/client';
import { cancelJob } from '../api/jobs';
import type { Job } from '../api/types';
import { live } from '../live/live.svelte';
import { isLive } from '../queue/progress';

const LOOK_MS = 1500;

let job = $state.raw<Job | null>(null);
let stopFollowing = (): void => undefined;

function hear(news: Job): void {
  if (job?.id !== news.id) return;
  job = { ...job, ...news };
  if (!isLive(job)) stopFollowing();
}

/** News come over the socket; where a proxy swallows it, looking now and then does. */
function follow(first: Job): void {
  stopFollowing();
  job = first;
  if (!isLive(first)) return;
  const look = (): Promise<void> => ask<Job>(`/api/jobs/${encodeURIComponent(first.id)}`).then(hear, () => undefined);
  const timer = setInterval(() => void look(), LOOK_MS);
  const deaf = live.listen((news) => news.job && hear(news.job as Job));
  stopFollowing = () => {
    clearInterval(timer);
    deaf();
    stopFollowing = () => undefined;
  };
}

export const listening = {
  get job(): Job | null {
    return job;
  },
  get isOn(): boolean {
    return job !== null && isLive(job);
  },
  follow,
  async stop(): Promise<void> {
    if (job) await cancelJob(job.id);
  },
  /** The outcome was shown: nothing is going on any more. */
  forget(): void {
    stopFollowing();
    job = null;
  },
};
