/** People, sessions, keys and invites over the API. */
import { ask } from './client';
import type {
  ActivityAnswer, InviteAnswer, KeyAnswer, Me, MePage, NewcomerWish, NewInviteAnswer, NewKeyAnswer, ProfileWish, Role, Scope,
  SessionAnswer, SetUp, SetUpWish, SignInOptions, UserChange, UserWish, VoiceWish,
} from './schema';

export type { ActivityAnswer as Activity, InviteAnswer as Invite, KeyAnswer as ApiKey, Scope, SessionAnswer as SignedInPlace, SignInOptions } from './schema';

const post = <Answer>(path: string, body: unknown) => ask<Answer>(path, { method: 'POST', body });

export const setUpNeeded = () => ask<SetUp>('/api/setup');
export const setUp = (newcomer: SetUpWish) => post<Me>('/api/setup', newcomer);
export const signInOptions = () => ask<SignInOptions>('/api/auth/options');
export const signIn = (name: string, password: string, remember: boolean) =>
  post<Me>('/api/auth/login', { name, password, remember });
export const signUp = (newcomer: NewcomerWish) => post<Me>('/api/auth/register', newcomer);

export const saveProfile = (profile: ProfileWish) => ask<Me>('/api/account', { method: 'PATCH', body: profile });
export const saveVoice = (voice: VoiceWish) => ask<Me>('/api/account/voice', { method: 'PUT', body: voice });
export const changePassword = (currentPassword: string, newPassword: string) =>
  ask<void>('/api/account/password', { method: 'PUT', body: { currentPassword, newPassword } });
export const deleteAccount = (password: string) => ask<void>('/api/account', { method: 'DELETE', body: { password } });
export const removeAvatar = () => ask<Me>('/api/account/avatar', { method: 'DELETE' });

export function sendAvatar(picture: File): Promise<Me> {
  const form = new FormData();
  form.set('avatar', picture);
  return ask<Me>('/api/account/avatar', { method: 'PUT', body: form });
}

export const placesSignedIn = () => ask<SessionAnswer[]>('/api/account/sessions');
export const signOutThere = (id: string) => ask<void>(`/api/account/sessions/${id}`, { method: 'DELETE' });
export const activities = (limit = 50) => ask<ActivityAnswer[]>('/api/account/activities', { query: { limit } });

export const keys = () => ask<KeyAnswer[]>('/api/account/keys');
export const makeKey = (name: string, scopes: Scope[], expiresAt: string | null) =>
  post<NewKeyAnswer>('/api/account/keys', { name, scopes, expiresAt });
export const removeKey = (id: string) => ask<void>(`/api/account/keys/${id}`, { method: 'DELETE' });

export const users = (search: string, after = '') =>
  ask<MePage>('/api/admin/users', { query: { search, after, limit: 100 } });
export const makeUser = (user: UserWish) => post<Me>('/api/admin/users', user);
export const changeUser = (id: string, change: UserChange) =>
  ask<Me>(`/api/admin/users/${id}`, { method: 'PATCH', body: change });
export const resetPassword = (id: string, password: string) =>
  ask<void>(`/api/admin/users/${id}/password`, { method: 'PUT', body: { password } });
export const removeUser = (id: string) => ask<void>(`/api/admin/users/${id}`, { method: 'DELETE' });
export const invites = () => ask<InviteAnswer[]>('/api/admin/invites');
export const makeInvite = (role: Role, days: number, uses: number, note: string) =>
  post<NewInviteAnswer>('/api/admin/invites', { role, days, uses, note });
export const takeBackInvite = (id: string) => ask<void>(`/api/admin/invites/${id}`, { method: 'DELETE' });
