/** The administration over the API. */
import { ApiProblem, ask, askInLines, askTagged } from './client';
import type { AllSettings, BackupAnswer, ModelAnswer, SettingsWish } from './schema';
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
export const makeAnew = (id: string) => ask<unknown>(`/admin/library/${id}/upgrade`, { method: 'POST' });
export const archiveItem = (id: string) => ask<unknown>(`/admin/library/${id}/archive`, { method: 'POST' });
export const restoreItem = (id: string) => ask<unknown>(`/admin/archive/restore/${id}`, { method: 'POST' });
export const pinItem = (id: string, pinned: boolean) => ask<unknown>(`/admin/library/${id}/pin`, { method: 'POST', body: { pinned } });

/** Asked twice by the server: the first answer says what would be lost. */
export const deleteItem = (id: string, confirm: boolean) =>
  ask<{ requires_confirmation?: boolean; message: string }>(`/admin/library/${id}`, { method: 'DELETE', body: { confirm } });

export const everybodysJobs = () => ask<{ jobs: Job[] }>('/api/jobs/', { query: { everyone: true, limit: 200 } }).then((answer) => answer.jobs);
export const stopForAll = (id: string) => ask<unknown>(`/api/jobs/${id}/cancel`, { method: 'POST', query: { for_everyone: true } });

export type HouseNumbers = { version: string; uptimeSeconds: number; users: number; jobs: Record<string, number>; freeBytes: number };
export type Queues = {
  pausedSince: string | null;
  waiting: number;
  active: number;
  failed: number;
  completed: number;
  cancelled: number;
  atOnce: { fetch: number; separate: number; analyse: number };
};
export type LogEntry = { time?: string; at?: string; level?: string; event?: string; message?: string; [fact: string]: unknown };
export type Fault = { [fact: string]: unknown };

const post = <Answer>(path: string, body?: unknown) => ask<Answer>(path, { method: 'POST', body });

export const houseNumbers = () => ask<HouseNumbers>('/api/admin/stats');
export const queues = () => ask<Queues>('/api/admin/queues');
export const pauseQueues = () => post<void>('/api/admin/queues/pause');
export const resumeQueues = () => post<void>('/api/admin/queues/resume');
export const retryFailed = () => post<{ retried: number }>('/api/admin/queues/retry-failed');
export const clearFailed = () => post<{ cleared: number }>('/api/admin/queues/clear-failed');
export const clearWaiting = () => post<{ cancelled: number }>('/api/admin/queues/clear-waiting');
export const faults = () => ask<{ faults: Fault[]; isComplete: boolean }>('/api/admin/storage/faults');
export const repair = () => post<{ repaired: Fault[] }>('/api/admin/storage/repair', { confirm: true });
export const rescan = () => post<Record<string, unknown>>('/api/admin/storage/rescan');
export const logs = (level: string, search: string) =>
  ask<{ entries: LogEntry[] }>('/api/admin/logs', { query: { level, search, limit: 300 } }).then((answer) => answer.entries);
export type { Setting, SettingsWish } from './schema';
export const settings = () => askTagged<AllSettings>('/api/admin/settings');
export const changeSettings = (wish: SettingsWish, tag: string) =>
  askTagged<AllSettings>('/api/admin/settings', { method: 'PATCH', body: wish, headers: { 'If-Match': tag } });
export type Part = 'analysis' | 'words';
export const missingParts = () => ask<Record<Part, number>>('/api/admin/queues/missing');
export const runMissing = (part: Part) => post<{ begun: number; left: number }>('/api/admin/queues/run-missing', { part });
export type { ModelAnswer as Model } from './schema';
const model = (name: string) => `/api/admin/models/${encodeURIComponent(name)}`;
export const models = () => ask<ModelAnswer[]>('/api/admin/models');
export const verifyModel = (name: string) => ask<ModelAnswer>(`/api/admin/models/${encodeURIComponent(name)}/verify`, { method: 'POST' });
export const removeModel = (name: string) => ask<unknown>(model(name), { method: 'DELETE' });

/** Download a model; `share` hears how much of it is here. */
export async function pullModel(name: string, share: (share: number) => void): Promise<void> {
  await askInLines<{ share?: number; problem?: { detail: string; advice?: string; code?: string } }>(`${model(name)}/pull`, { method: 'POST' }, (news) => {
    if (news.problem) throw new ApiProblem(502, news.problem.detail, news.problem.advice, news.problem.code);
    if (news.share !== undefined) share(news.share);
  });
}
export const backups = () => ask<string[]>('/api/admin/backups');
export const backUp = () => post<BackupAnswer>('/api/admin/backups');
