/** The few words the design system itself says. */
import { translator } from '../i18n/words.svelte';

export const t = translator({
  en: {
    loading: 'Loading',
    close: 'Close',
    dismiss: 'Dismiss',
    messages: 'Messages',
    optional: 'optional',
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
    rating: 'Bewertung',
    stars: { one: '{count} Stern', other: '{count} Sterne' },
    noRating: 'Keine Bewertung',
  },
});
