/** A log entry as one line to read. */
import type { LogEntry } from '../api/admin';

const SHOWN_APART = ['time', 'at', 'timestamp', 'level', 'event', 'message'];

export function logLine(entry: LogEntry): { time: string; level: string; text: string } {
  const moment = String(entry.time ?? entry.at ?? entry.timestamp ?? '');
  const facts = Object.entries(entry)
    .filter(([name, value]) => !SHOWN_APART.includes(name) && value !== null && value !== '')
    .map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  const text = [entry.event ?? entry.message ?? '', ...facts].join('  ');
  return { time: moment.slice(0, 19).replace('T', ' '), level: String(entry.level ?? 'info').toLowerCase(), text };
}
