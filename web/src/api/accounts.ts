/** People, sessions, keys and invites over the API. */
import { ask } from './client';
import type { Me, Role } from './types';

export type SetUp = { needed: boolean; needsCode: boolean };
export type SignInOptions = { needsSetup: boolean; signUp: 'open' | 'invite' | 'closed'; oidc: boolean };
export type Newcomer = { name: string; password: string; email?: string; displayName?: string; invite?: string };
export type Profile = { displayName?: string; email?: string; bio?: string };
export type SignedInPlace = {
  id: string;
  createdAt: string;
  seenAt: string;
  remembered: boolean;
  agent: string;
  address: string;
  isThis: boolean;
};
export type Scope = 'read' | 'write' | 'admin';
export type ApiKey = {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
};
export type Activity = { kind: string; description: string; at: string; timeAgo: string; icon: string };
export type Invite = { id: string; role: Role; createdAt: string; expiresAt: string; usesLeft: number; note: string };

const post = <Answer>(path: string, body: unknown) => ask<Answer>(path, { method: 'POST', body });

export const setUpNeeded = () => ask<SetUp>('/api/setup');
export const setUp = (newcomer: Newcomer & { code?: string }) => post<Me>('/api/setup', newcomer);
export const signInOptions = () => ask<SignInOptions>('/api/auth/options');
export const signIn = (name: string, password: string, remember: boolean) =>
  post<Me>('/api/auth/login', { name, password, remember });
export const signUp = (newcomer: Newcomer) => post<Me>('/api/auth/register', newcomer);

export const saveProfile = (profile: Profile) => ask<Me>('/api/account', { method: 'PATCH', body: profile });
export const changePassword = (currentPassword: string, newPassword: string) =>
  ask<void>('/api/account/password', { method: 'PUT', body: { currentPassword, newPassword } });
export const deleteAccount = (password: string) => ask<void>('/api/account', { method: 'DELETE', body: { password } });
export const removeAvatar = () => ask<Me>('/api/account/avatar', { method: 'DELETE' });

export function sendAvatar(picture: File): Promise<Me> {
  const form = new FormData();
  form.set('avatar', picture);
  return ask<Me>('/api/account/avatar', { method: 'PUT', body: form });
}

export const placesSignedIn = () => ask<SignedInPlace[]>('/api/account/sessions');
export const signOutThere = (id: string) => ask<void>(`/api/account/sessions/${id}`, { method: 'DELETE' });
export const activities = (limit = 50) => ask<Activity[]>('/api/account/activities', { query: { limit } });

export const keys = () => ask<ApiKey[]>('/api/account/keys');
export const makeKey = (name: string, scopes: Scope[], expiresAt: string | null) =>
  post<ApiKey & { key: string }>('/api/account/keys', { name, scopes, expiresAt });
export const removeKey = (id: string) => ask<void>(`/api/account/keys/${id}`, { method: 'DELETE' });

export const users = (search: string, after = '') =>
  ask<{ users: Me[]; next: string | null }>('/api/admin/users', { query: { search, after, limit: 100 } });
export const makeUser = (user: Newcomer & { role: Role }) => post<Me>('/api/admin/users', user);
export const changeUser = (id: string, change: { role?: Role; isActive?: boolean }) =>
  ask<Me>(`/api/admin/users/${id}`, { method: 'PATCH', body: change });
export const resetPassword = (id: string, password: string) =>
  ask<void>(`/api/admin/users/${id}/password`, { method: 'PUT', body: { password } });
export const removeUser = (id: string) => ask<void>(`/api/admin/users/${id}`, { method: 'DELETE' });
export const invites = () => ask<Invite[]>('/api/admin/invites');
export const makeInvite = (role: Role, days: number, uses: number, note: string) =>
  post<Invite & { code: string }>('/api/admin/invites', { role, days, uses, note });
export const takeBackInvite = (id: string) => ask<void>(`/api/admin/invites/${id}`, { method: 'DELETE' });
