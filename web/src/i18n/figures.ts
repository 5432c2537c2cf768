/** Times, sizes and numbers as people read them. */

/** 215 s is "3:35"; an hour and more is "1:02:03". */
export function clock(seconds: number): string {
  if (!Number.isFinite(seconds) || seconds < 0) return '0:00';
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** 1 536 000 bytes is "1.5 MB". */
export function size(bytes: number, locale = 'en'): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const digits = power < 2 ? 0 : 1;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(bytes / 1000 ** power);
  return `${number} ${units[power]}`;
}

/** "3 days ago", "in 2 minutes", from an ISO time. */
export function ago(moment: string | number | Date, now: Date, locale = 'en'): string {
  const seconds = (new Date(moment).getTime() - now.getTime()) / 1000;
  const steps: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600], ['month', 2_629_800], ['day', 86_400], ['hour', 3600], ['minute', 60],
  ];
  const words = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of steps) {
    if (Math.abs(seconds) >= length) return words.format(Math.round(seconds / length), unit);
  }
  return words.format(Math.round(seconds), 'second');
}

/** A guess as a range people can plan with: (95, 190) is "2–3 min", (8, 20) is "8–20 s". */
export function range(low: number, high: number, locale = 'en'): string {
  const number = (n: number) => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }).format(n);
  const [unit, length] = high < 90 ? ['s', 1] : high < 5400 ? ['min', 60] : ['h', 3600];
  const [from, to] = [Math.max(1, Math.round(low / (length as number))), Math.max(1, Math.round(high / (length as number)))];
  return from === to ? `~${number(to)} ${unit}` : `${number(from)}–${number(to)} ${unit}`;
}
