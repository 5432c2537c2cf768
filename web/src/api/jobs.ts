/** Jobs over the API. */
import { ask } from './client';
import type { Job } from './types';

/** My jobs; `pausedSince` says that nobody's begin at the moment. */
export const jobs = () => ask<{ jobs: Job[]; pausedSince: string | null }>('/api/jobs/');

export const cancelJob = (id: string) => ask<unknown>(`/api/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
export const retryJob = (id: string) => ask<unknown>(`/api/jobs/${encodeURIComponent(id)}/retry`, { method: 'POST' });
export const dismissJob = (id: string) => ask<unknown>(`/api/jobs/${encodeURIComponent(id)}/dismiss`, { method: 'POST' });
