/** The administration over the API. */
import { ask } from './client';
import type { Job, Mode, Pagination, Quality } from './types';

export type LibraryNumbers = {
  total_items: number;
  total_size_mb: number;
  total_usage: number;
  average_usage: number;
  users: number;
  items_by_usage: Record<'unused' | 'low' | 'medium' | 'high', number>;
  archived_items: number;
};
export type Item = {
  id: string;
  title: string;
  artist: string;
  displayName: string;
  mode: Mode;
  quality: Quality;
  engine: string;
  model: string;
  device: string;
  stems: string[];
  duration: number;
  size: number;
  usageCount: number;
  status: string;
  pinned: boolean;
  notes: string[];
  processingTime: number;
  createdAt: string;
  rating?: number | null;
  ratings?: number;
};

export const libraryNumbers = () => ask<LibraryNumbers>('/admin/library/stats');
export const worstRated = () => ask<{ items: Item[] }>('/admin/library/worst').then((answer) => answer.items);
export const items = (search: string, offset: number) =>
  ask<{ items: Item[]; pagination: Pagination }>('/api/library', { query: { search, offset, limit: 50, sort: 'recent' } });
export const item = (id: string) => ask<Item>(`/api/library/${id}`);
export const archivedItems = () => ask<{ items: Item[] }>('/admin/archive').then((answer) => answer.items);
export const archiveItem = (id: string) => ask<unknown>(`/admin/library/${id}/archive`, { method: 'POST' });
export const restoreItem = (id: string) => ask<unknown>(`/admin/archive/restore/${id}`, { method: 'POST' });
export const pinItem = (id: string, pinned: boolean) => ask<unknown>(`/admin/library/${id}/pin`, { method: 'POST', body: { pinned } });

/** Asked twice by the server: the first answer says what would be lost. */
export const deleteItem = (id: string, confirm: boolean) =>
  ask<{ requires_confirmation?: boolean; message: string }>(`/admin/library/${id}`, { method: 'DELETE', body: { confirm } });

export const everybodysJobs = () => ask<{ jobs: Job[] }>('/api/jobs/', { query: { everyone: true, limit: 200 } }).then((answer) => answer.jobs);
export const stopForAll = (id: string) => ask<unknown>(`/api/jobs/${id}/cancel`, { method: 'POST', query: { for_everyone: true } });
