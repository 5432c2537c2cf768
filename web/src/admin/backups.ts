/** When backups are made by themselves and how many are kept, read from the settings. */
import type { Setting } from '../api/admin';

export type Plan = { /** An hour of UTC; null: never. */ hour: number | null; keep: number };

export function planFrom(settings: readonly Setting[]): Plan {
  const valueOf = (key: string) => settings.find((setting) => setting.key === key)?.value;
  const hour = valueOf('backups.daily_at');
  return { hour: hour ? Number(hour) : null, keep: Number(valueOf('backups.keep')) };
}

export const hourOf = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

/** The same hour on this browser's clock, today. */
export function hereOf(hour: number, locale: string, today = new Date()): string {
  const moment = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate(), hour));
  return moment.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' });
}
