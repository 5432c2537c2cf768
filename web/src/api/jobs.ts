/** Jobs over the API. */
import { ask } from './client';
import type { Job } from './types';

export const jobs = () => ask<{ jobs: Job[] }>('/api/jobs/').then((answer) => answer.jobs);

export const cancelJob = (id: string) => ask<unknown>(`/api/jobs/${encodeURIComponent(id)}/cancel`, { method: 'POST' });
export const retryJob = (id: string) => ask<unknown>(`/api/jobs/${encodeURIComponent(id)}/retry`, { method: 'POST' });
export const dismissJob = (id: string) => ask<unknown>(`/api/jobs/${encodeURIComponent(id)}/dismiss`, { method: 'POST' });
