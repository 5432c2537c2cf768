/** What a job's numbers mean to somebody who waits for it. */
import type { Job, Stage } from '../api/types';

export const STAGES: readonly Stage[] = ['fetch', 'prepare', 'identify', 'separate', 'analyse', 'words', 'publish'];

/** Where each stage begins and ends on the job's scale of 0 to 100, as the server counts. */
const SPANS: Record<string, readonly [number, number]> = {
  fetch: [5, 30], prepare: [30, 32], identify: [32, 34], separate: [34, 74], analyse: [74, 80], words: [80, 90], publish: [90, 100],
};

export type Step = { stage: Stage; share: number; weight: number; isNow: boolean };

/** Each stage with how much of it is done, 0 to 1, and how wide it is drawn. */
export function stepsOf(job: Pick<Job, 'stage' | 'progress'>): Step[] {
  const here = job.stage === 'done' ? STAGES.length : STAGES.indexOf(job.stage);
  return STAGES.map((stage, place) => {
    const [from, to] = SPANS[stage] ?? [0, 100];
    const share = place < here ? 1 : place > here ? 0 : Math.min(1, Math.max(0, (job.progress - from) / (to - from)));
    return { stage, share, weight: Math.max(to - from, 4), isNow: place === here };
  });
}

export const isLive = (job: Pick<Job, 'status'>): boolean =>
  ['pending', 'downloading', 'processing', 'finalizing'].includes(job.status);

export const isRunning = (job: Pick<Job, 'status'>): boolean => isLive(job) && job.status !== 'pending';

/** What runs comes first, then what waits, in the order it will be taken. */
export function inOrder<Known extends Pick<Job, 'status' | 'progress' | 'createdAt'>>(jobs: readonly Known[]): Known[] {
  const turn = (job: Known): number => (isRunning(job) ? 0 : 1);
  return [...jobs].sort((a, b) => turn(a) - turn(b) || b.progress - a.progress || a.createdAt.localeCompare(b.createdAt));
}

/**
 * How much longer, as a range of seconds: the server's own history if it has one, else what this job has shown.
 * Null while there is nothing honest to say.
 */
export function remaining(job: Job, now: number): { low: number; high: number } | null {
  if (job.remainingSeconds) return { low: job.remainingSeconds.from, high: job.remainingSeconds.to };
  if (!isRunning(job) || !job.startedAt || job.progress < 8) return null;
  const spent = (now - new Date(job.startedAt).getTime()) / 1000;
  if (spent <= 0) return null;
  const left = (spent * (100 - job.progress)) / job.progress;
  const doubt = 0.25 + 0.5 * (1 - job.progress / 100);
  return { low: left * (1 - doubt), high: left * (1 + doubt) };
}
