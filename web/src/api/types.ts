/** The shapes of the server's answers that its document leaves open; the others are in schema.ts. */
import type { Mode, Quality } from './schema';

export type { Me, Mode, Quality, Role } from './schema';
export type SongStatus = 'pending' | 'processing' | 'completed' | 'error';

export type Song = {
  id: string;
  title: string;
  artist: string;
  album?: string | null;
  genre?: string | null;
  language?: string | null;
  year?: number | null;
  durationMs?: number | null;
  duration?: number | null;
  status: SongStatus;
  dateAdded?: string | null;
  source?: string | null;
  sourceUrl?: string | null;
  videoId?: string | null;
  mode?: Mode | null;
  quality?: Quality | null;
  stems?: string[];
  jobId?: string | null;
  itemId?: string | null;
  instant?: boolean;
  /** Among my songs; a shared one can be made mine at once. */
  mine?: boolean;
  isLibraryLink?: boolean;
  hasLyrics?: boolean;
  bpm?: number | null;
  key?: string | null;
  camelot?: string | null;
  instruments?: string[];
  rating?: number | null;
  thumbnailUrl?: string | null;
  engine?: string | null;
  model?: string | null;
  device?: string | null;
  notes?: string[];
  error?: string | null;
  /** Other takes and mixes the library has, only where one song is asked for. */
  looksLike?: Offer[];
};

/** `likeness` is 0 to 1 by sound; null where only the names are the same. */
export type Offer = { id: string; title: string; artist: string; displayName: string; duration: number; likeness: number | null };

export type Pagination = { total: number; limit: number; offset: number; hasMore: boolean };
export type SongPage = { songs: Song[]; pagination: Pagination };
export type Artist = { name: string; songCount: number; firstLetter: string };
export type ArtistPage = { artists: Artist[]; pagination: Pagination };

export type JobStatus = 'pending' | 'downloading' | 'processing' | 'finalizing' | 'completed' | 'failed' | 'cancelled';
export type Stage = 'waiting' | 'fetch' | 'prepare' | 'identify' | 'separate' | 'analyse' | 'words' | 'publish' | 'done';

export type Job = {
  id: string;
  kind: 'song' | 'upgrade' | 'words' | 'missing';
  songId: string;
  title: string;
  artist: string;
  status: JobStatus;
  /** Told to stop, and not yet stopped. */
  isCancelling?: boolean;
  stage: Stage;
  progress: number;
  mode: Mode;
  quality: Quality;
  videoId: string | null;
  duration: number | null;
  attempts: number;
  notes: string[];
  error: string | null;
  errorCode: string | null;
  advice: string | null;
  dismissed: boolean;
  createdAt: string;
  startedAt: string | null;
  completedAt: string | null;
  /** Seconds that are left, from this machine's own history; null when it has none. */
  remainingSeconds?: { from: number; to: number } | null;
};

export type VideoHit = {
  id: string;
  title: string;
  channel?: string | null;
  duration?: number | null;
  thumbnail?: string | null;
  url?: string | null;
};
