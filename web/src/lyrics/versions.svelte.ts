/** The versions of the open song's words: who made them, and which one of each origin is the newest. */
import { versionsOf, type Version } from '../api/lyrics';
import type { Provenance } from './document';

export interface Lane {
  origin: Provenance;
  /** The newest version of this origin that was not declined. */
  newest: Version | null;
  isInUse: boolean;
}

export const ORIGINS: readonly Provenance[] = ['human', 'aligned', 'fetched', 'transcribed'];

/** The version that players show: the newest that was applied. */
export function inUse(versions: readonly Version[]): Version | null {
  return versions.find((one) => one.state === 'applied') ?? null;
}

export function lanesOf(versions: readonly Version[]): Lane[] {
  const used = inUse(versions);
  return ORIGINS.map((origin) => {
    const newest = versions.find((one) => one.provenance === origin && one.state !== 'declined' && one.state !== 'accepted') ?? null;
    return { origin, newest, isInUse: used?.provenance === origin };
  });
}

let all = $state.raw<readonly Version[]>([]);

export const versions = {
  get all(): readonly Version[] {
    return all;
  },
  get used(): Version | null {
    return inUse(all);
  },
  async load(songId: string): Promise<void> {
    all = await versionsOf(songId);
  },
};
