/** Addresses of other programs that are told what happens here. */
import { ask } from './client';
import type { DeliveryAnswer, NewWebhookAnswer, WebhookAnswer } from './schema';

export type { DeliveryAnswer as Delivery, NewWebhookAnswer as NewWebhook, WebhookAnswer as Webhook } from './schema';
export const EVENTS = ['job_completed', 'job_failed', 'job_cancelled', 'song_added', 'share_started', 'share_ended'] as const;
export type HookEvent = (typeof EVENTS)[number];

export const webhooks = () => ask<WebhookAnswer[]>('/api/webhooks');
export const makeWebhook = (url: string, events: readonly HookEvent[], ofEverybody: boolean) =>
  ask<NewWebhookAnswer>('/api/webhooks', { method: 'POST', body: { url, events, ofEverybody } });
export const switchWebhookOn = (id: string) => ask<WebhookAnswer>(`/api/webhooks/${id}`, { method: 'PATCH', body: { isActive: true } });
export const removeWebhook = (id: string) => ask<void>(`/api/webhooks/${id}`, { method: 'DELETE' });
export const testWebhook = (id: string) => ask<DeliveryAnswer>(`/api/webhooks/${id}/test`, { method: 'POST' });
export const deliveries = (id: string, before = '') => ask<DeliveryAnswer[]>(`/api/webhooks/${id}/deliveries`, { query: { before, limit: 20 } });
export const deliverAgain = (id: string, delivery: string) =>
  ask<DeliveryAnswer>(`/api/webhooks/${id}/deliveries/${delivery}/again`, { method: 'POST' });
