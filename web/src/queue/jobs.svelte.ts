/** My jobs, as they are on the server, kept fresh by its news. */
import * as api from '../api/jobs';
import type { Job } from '../api/types';
import { live, type News } from '../live/live.svelte';
import { inOrder, isLive } from './progress';

let all = $state.raw<readonly Job[]>([]);
let known = $state(false);
let pausedSince = $state<string | null>(null);
let problem = $state<unknown>(null);

/** The list with one job new or changed; the newest first. */
export function withJob(jobs: readonly Job[], job: Job): Job[] {
  const others = jobs.filter((other) => other.id !== job.id);
  const known = jobs.find((other) => other.id === job.id);
  return [...others, { ...known, ...job }].sort((a, b) => b.createdAt.localeCompare(a.createdAt));
}

async function load(): Promise<void> {
  try {
    ({ jobs: all, pausedSince } = await api.jobs());
    problem = null;
  } catch (trouble) {
    problem = trouble;
  }
  known = true;
}

function hear(news: News): void {
  if (news.type.startsWith('job_') && news.job) all = withJob(all, news.job as Job);
}

export const jobs = {
  get all() {
    return all;
  },
  get live() {
    return inOrder(all.filter(isLive));
  },
  get ended() {
    return all.filter((job) => !isLive(job) && !job.dismissed);
  },
  get known() {
    return known;
  },
  /** Since when no job begins, for anybody. */
  get pausedSince() {
    return pausedSince;
  },
  get problem() {
    return problem;
  },
  of: (songId: string): Job | undefined => all.find((job) => job.songId === songId),
  load,
  /** Follow the news while somebody is signed in; the answer stops it. */
  follow(): () => void {
    void load();
    // News carry no remaining time, and a proxy may swallow the socket: look again now and then while something runs.
    const timer = setInterval(() => jobs.live.length && void load(), 5000);
    const stops = [live.listen(hear), live.onReturn(() => void load()), () => clearInterval(timer)];
    return () => {
      for (const stop of stops) stop();
      all = [];
      known = false;
    };
  },
  async cancel(job: Job) {
    await api.cancelJob(job.id);
    all = withJob(all, { ...job, isCancelling: true });
    await load();
  },
  async retry(job: Job) {
    await api.retryJob(job.id);
    await load();
  },
  async dismiss(job: Job) {
    all = all.filter((other) => other.id !== job.id);
    await api.dismissJob(job.id);
  },
};
