/** The few words the design system itself says. */
import { translator } from '../i18n/words.svelte';

export const t = translator({
  en: {
    loading: 'Loading',
    close: 'Close',
    dismiss: 'Dismiss',
    messages: 'Messages',
    optional: 'optional',
    copy: 'Copy',
    copied: 'Copied.',
    copyByHand: 'This browser copies only over HTTPS: select it and copy it yourself.',
    rating: 'Rating',
    stars: { one: '{count} star', other: '{count} stars' },
    noRating: 'No rating',
  },
  de: {
    loading: 'Lädt',
    close: 'Schließen',
    dismiss: 'Ausblenden',
    messages: 'Meldungen',
    optional: 'freiwillig',
    copy: 'Kopieren',
    copied: 'Kopiert.',
    copyByHand: 'Dieser Browser kopiert nur über HTTPS: Wähle es aus und kopiere es selbst.',
    rating: 'Bewertung',
    stars: { one: '{count} Stern', other: '{count} Sterne' },
    noRating: 'Keine Bewertung',
  },
});
