import { describe, expect, it } from 'vitest';
import { hereOf, hourOf, planFrom } from './backups';

const setting = (key: string, value: string) => ({ key, value, origin: 'file', canChange: true });

describe('the plan of backups', () => {
  it('tells midnight from never', () => {
    const keep = setting('backups.keep', '7');

    expect(planFrom([setting('backups.daily_at', '0'), keep])).toEqual({ hour: 0, keep: 7 });
    expect(planFrom([setting('backups.daily_at', ''), keep])).toEqual({ hour: null, keep: 7 });
  });

  it('says the hour of UTC on the clock of whoever looks', () => {
    const today = new Date(2026, 0, 15, 12);
    const here = new Date(Date.UTC(2026, 0, today.getUTCDate(), 3)).getHours();

    expect(hourOf(3)).toBe('03:00');
    expect(hereOf(3, 'de', today)).toBe(hourOf(here));
  });
});
