/** Asking for songs over the API. */
import { ask } from './client';

export const demo = () => ask<unknown>('/api/demo', { method: 'POST' });
