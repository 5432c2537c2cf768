/** What this browser can do for the studio, seen from where the person sits. */
import { t } from './words';

export type Finding = { name: string; health: 'ok' | 'missing' | 'broken'; used: string; seconds: number; advice: string };

type Browser = { isSecureContext: boolean; AudioContext?: unknown; AudioWorkletNode?: unknown; navigator: { serviceWorker?: unknown } };

export function browserFindings(window: Browser): Finding[] {
  const line = (name: string, well: boolean, advice: string): Finding => ({
    name, health: well ? 'ok' : 'missing', used: well ? t('yes') : t('no'), seconds: 0, advice: well ? '' : advice,
  });
  return [
    line(t('secure'), window.isSecureContext, t('secureAdvice')),
    line(t('worklet'), Boolean(window.AudioContext && window.AudioWorkletNode), t('workletAdvice')),
    line(t('installable'), Boolean(window.navigator.serviceWorker), t('installableAdvice')),
  ];
}
