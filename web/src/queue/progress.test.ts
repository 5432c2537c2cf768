import { describe, expect, it } from 'vitest';
import type { Job } from '../api/types';
import { pauseBefore } from '../live/backoff';
import { withJob } from './jobs.svelte';
import { inOrder, remaining, stepsOf } from './progress';

const job = (more: Partial<Job>): Job => ({
  id: 'j', kind: 'song', songId: 's', title: 'T', artist: 'A', status: 'processing', stage: 'separate', progress: 54, mode: 'grouped', quality: 'fast',
  videoId: null, duration: 200, attempts: 1, notes: [], error: null, errorCode: null, advice: null, dismissed: false,
  createdAt: '2026-01-01T00:00:00Z', startedAt: '2026-01-01T00:00:00Z', completedAt: null, ...more,
});
const at = (seconds: number) => Date.parse('2026-01-01T00:00:00Z') + seconds * 1000;

describe('the stages of a job', () => {
  it('are full before, part full now, empty after', () => {
    const steps = stepsOf(job({}));
    expect(steps.map((step) => step.share)).toEqual([1, 1, 1, 0.5, 0, 0, 0]);
    expect(steps.filter((step) => step.isNow).map((step) => step.stage)).toEqual(['separate']);
  });

  it('are all full when it is done and all empty while it waits', () => {
    expect(stepsOf(job({ stage: 'done', progress: 100 })).every((step) => step.share === 1)).toBe(true);
    expect(stepsOf(job({ stage: 'waiting', progress: 0 })).every((step) => step.share === 0)).toBe(true);
  });
});

describe('the time that is left', () => {
  it('is the server’s own range when it has one', () => {
    expect(remaining(job({ remainingSeconds: { from: 60, to: 90 } }), at(10))).toEqual({ low: 60, high: 90 });
  });

  it('is a range around what this job has shown, narrower towards the end', () => {
    const early = remaining(job({ progress: 20 }), at(20));
    const late = remaining(job({ progress: 90 }), at(90));
    expect(early && early.low < 80 && early.high > 80).toBe(true);
    const width = (span: { low: number; high: number } | null) => (span ? span.high / span.low : 0);
    expect(width(late)).toBeLessThan(width(early));
  });

  it('is not made up before anything was seen', () => {
    expect(remaining(job({ progress: 5 }), at(1))).toBeNull();
    expect(remaining(job({ status: 'pending', startedAt: null }), at(1))).toBeNull();
  });
});

describe('news of a job', () => {
  it('changes it in place and keeps the newest on top', () => {
    const old = job({ id: 'a', createdAt: '2025-01-01T00:00:00Z' });
    const list = withJob([job({ id: 'b' }), old], { ...old, progress: 80 });
    expect(list.map((one) => [one.id, one.progress])).toEqual([['b', 54], ['a', 80]]);
  });
});

describe('coming back after a break', () => {
  it('waits longer each time, up to half a minute, never the same for all', () => {
    expect(pauseBefore(0, () => 1)).toBe(500);
    expect(pauseBefore(3, () => 1)).toBe(4000);
    expect(pauseBefore(50, () => 1)).toBe(30_000);
    expect(pauseBefore(3, () => 0)).toBe(2000);
  });
});

describe('the order of the queue', () => {
  it('shows what runs, then what waits longest', () => {
    const one = (id: string, status: 'pending' | 'processing', progress: number, createdAt: string) => ({ id, status, progress, createdAt });
    const jobs = [one('late', 'pending', 0, '2'), one('early', 'pending', 0, '1'), one('begun', 'processing', 10, '3'), one('nearly', 'processing', 90, '4')];

    expect(inOrder(jobs).map((job) => job.id)).toEqual(['nearly', 'begun', 'early', 'late']);
  });
});
