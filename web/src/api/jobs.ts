/** Jobs over the API. */
import { ask } from './client';
import type { Job } from './types';

export const jobs = () => ask<{ jobs: Job[] }>('/api/jobs/').then((answer) => answer.jobs);
const act = (id: string, what: string) => ask<unknown>(`/api/jobs/${encodeURIComponent(id)}/${what}`, { method: 'POST' });

export const cancelJob = (id: string) => act(id, 'cancel');
export const retryJob = (id: string) => act(id, 'retry');
export const dismissJob = (id: string) => act(id, 'dismiss');
