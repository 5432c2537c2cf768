/** The range of whoever holds this phone: with their account where they have one, and in this browser. */
import { saveVoice } from '../api/accounts';
import { session } from '../shell/session.svelte';
import { keepRange, keptRange, type VoiceRange } from './voice';

export function myRange(): VoiceRange | null {
  const [lowest, highest] = [session.user?.voiceLowest, session.user?.voiceHighest];
  return lowest && highest ? { lowest, highest } : keptRange();
}

/** Raise ApiProblem when the account could not be told; this browser knows it then all the same. */
export async function keepMyRange(range: VoiceRange): Promise<void> {
  keepRange(range);
  if (session.user) session.signedIn(await saveVoice(range));
}
