/** Written by tools/api_types.py from the API document; not by hand. */

export type ActivityAnswer = {
  kind: string;
  description: string;
  at: string;
  timeAgo: string;
  icon: string;
  facts: Record<string, unknown>;
};

export type AllSettings = {
  revision: number;
  changedBy: string | null;
  changedAt: string | null;
  settings: Setting[];
};

/** A file form we write. */
export type AudioFormat = 'wav' | 'flac' | 'mp3' | 'm4a' | 'opus';

export type BackupAnswer = {
  name: string;
  bytes: number;
};

/** Words are looked for in every job; `extract_lyrics` and its like are taken and change nothing. */
export type BatchStart = {
  mode?: Mode | null;
  quality?: Quality | null;
  engine?: string;
  model?: string;
  stems?: string[];
  videos: BatchVideo[];
  playlist_url?: string;
  skip_existing?: boolean;
};

export type BatchVideo = {
  id: string;
  title?: string;
};

export type BrowserError = {
  message: string;
  page?: string;
  stack?: string;
};

/** `kind` says what: double_tempo, halve_tempo, shift_downbeat, move_beats, time_signature, tap, key, chord, section; the rest is what that kind needs. */
export type CorrectionWish = {
  kind: string;
};

export type DeliveryAnswer = {
  id: string;
  event: string;
  status: string;
  attempts: number;
  answered: number | null;
  problem: string;
  createdAt: string;
  dueAt: string | null;
  body: string;
};

export type EstimateWish = {
  mode?: Mode | null;
  quality?: Quality | null;
  engine?: string;
  model?: string;
  stems?: string[];
  duration: number;
};

export type GoodbyeWish = {
  password: string;
};

/** Which of them would be ready at once in this recipe. */
export type InstantAnswer = {
  links: string[];
  files: string[];
};

/** Links to look for, and the SHA-256 of files. */
export type InstantWish = {
  mode?: Mode | null;
  quality?: Quality | null;
  engine?: string;
  model?: string;
  stems?: string[];
  links?: string[];
  files?: string[];
};

export type InviteAnswer = {
  id: string;
  role: Role;
  createdAt: string;
  expiresAt: string;
  usesLeft: number;
  note: string;
};

export type InviteWish = {
  role?: Role;
  days?: number;
  uses?: number;
  note?: string;
};

export type JobStatus = 'pending' | 'downloading' | 'processing' | 'finalizing' | 'completed' | 'failed' | 'cancelled';

export type JoinWish = {
  name: string;
};

export type KeyAnswer = {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
};

export type KeyWish = {
  name: string;
  scopes: Scope[];
  expiresAt?: string | null;
};

export type KnownFileWish = {
  mode?: Mode | null;
  quality?: Quality | null;
  engine?: string;
  model?: string;
  stems?: string[];
  sha256: string;
  name: string;
};

export type LinkAnswer = {
  id: string;
  url: string;
  note: string;
  createdAt: string;
  expiresAt: string;
  revokedAt: string | null;
};

export type LinksWish = {
  mode?: Mode | null;
  quality?: Quality | null;
  engine?: string;
  model?: string;
  stems?: string[];
  urls: string[];
};

export type Me = {
  id: string;
  name: string;
  role: Role;
  displayName: string;
  email: string;
  bio: string;
  avatarUrl: string | null;
  voiceLowest: number | null;
  voiceHighest: number | null;
  isActive: boolean;
  createdAt: string | null;
  lastLoginAt: string | null;
};

export type MePage = {
  users: Me[];
  next?: string | null;
};

export type MixWish = {
  strips?: Record<string, StripWish>;
  semitones?: number;
  tempo?: number;
  format?: AudioFormat;
};

/** Which stems come out. */
export type Mode = 'karaoke' | 'grouped' | 'per_instrument';

export type ModelAnswer = {
  name: string;
  engine: string;
  stems: string[];
  presence: Presence;
  licence: string;
  source: string;
  about: string;
  size: number;
  canBePulled: boolean;
};

export type MoveWish = {
  position: number;
};

export type NewInviteAnswer = {
  id: string;
  role: Role;
  createdAt: string;
  expiresAt: string;
  usesLeft: number;
  note: string;
  code: string;
};

export type NewKeyAnswer = {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  key: string;
};

export type NewPasswordWish = {
  password: string;
};

export type NewSong = {
  title: string;
  artist?: string;
  album?: string | null;
  durationMs?: number | null;
  source?: string | null;
  videoId?: string | null;
};

/** The secret is shown this once. */
export type NewWebhookAnswer = {
  id: string;
  userId: string;
  url: string;
  events: string[];
  ofEverybody: boolean;
  isActive: boolean;
  failures: number;
  notice: string;
  createdAt: string;
  secret: string;
};

export type NewcomerWish = {
  name: string;
  password: string;
  email?: string;
  displayName?: string;
  invite?: string;
};

/** `engine` is who listens: `basic_pitch`, or `one_voice` where that model is not. */
export type NotesJob = {
  id: string;
  status: string;
  url?: string | null;
  error?: string | null;
  engine: string;
};

export type OldGoodbyeWish = {
  password: string;
};

export type OldPasswordWish = {
  current_password: string;
  new_password: string;
  confirm_password: string;
};

export type OldProfileWish = {
  name?: string | null;
  email?: string | null;
  bio?: string | null;
};

export type OpenWish = {
  name?: string;
};

export type OrderWish = {
  queue: Place[];
};

/** What a song can be packed as; each is one zip file, or the one file it is made of. */
export type PackKind = 'video' | 'cdg' | 'ultrastar' | 'lrc' | 'daw' | 'stem-m4a';

export type PackWish = {
  kind: PackKind;
};

/** What a library item can lack and be given later. */
export type Part = 'analysis' | 'words';

export type PasswordWish = {
  currentPassword: string;
  newPassword: string;
};

export type PauseWish = {
  isPaused: boolean;
};

export type PitchWish = {
  semitones: number;
};

export type Place = {
  id: string;
  position: number;
};

/** Whether a model is here. */
export type Presence = 'here' | 'partly here' | 'not here' | 'damaged';

/** RFC 9457 problem details. `code` is stable, `detail` is for people, `advice` is the next step. */
export type Problem = {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  error: string;
  advice?: string | null;
};

export type ProfileWish = {
  displayName?: string | null;
  email?: string | null;
  bio?: string | null;
};

/** How much time may be spent on it. */
export type Quality = 'draft' | 'fast' | 'balanced' | 'studio';

export type QueueWish = {
  singer: string;
  songId: string;
};

export type RangeWish = {
  lowest: number;
  highest: number;
};

/** Mode, quality, engine and stems; what is left out is what the server is set to. */
export type RecipeWish = {
  mode?: Mode | null;
  quality?: Quality | null;
  engine?: string;
  model?: string;
  stems?: string[];
};

export type RegisterForm = {
  name: string;
  email: string;
  password: string;
  invite?: string;
};

export type RenderJob = {
  id: string;
  status: string;
  url?: string | null;
  error?: string | null;
};

/** What somebody may do: a guest listens, a member makes, an admin looks after the house. */
export type Role = 'guest' | 'member' | 'admin';

/** What a key opens. Nothing is implied: `write` does not read, and `admin` asks for an admin's key. */
export type Scope = 'read' | 'write' | 'admin';

export type SessionAnswer = {
  id: string;
  createdAt: string;
  seenAt: string;
  remembered: boolean;
  agent: string;
  address: string;
  isThis: boolean;
};

export type SetUp = {
  needed: boolean;
  needsCode: boolean;
};

export type SetUpWish = {
  name: string;
  password: string;
  email?: string;
  displayName?: string;
  code?: string;
};

/** `chosen` and `allowed` (JSON Schema) are there for settings that can be changed here. */
export type Setting = {
  key: string;
  value: string;
  origin: string;
  canChange: boolean;
  chosen?: unknown;
  allowed?: Record<string, unknown> | null;
};

/** `changes` chooses values by their keys, `takeBack` forgets choices: what the server was started with is back. */
export type SettingsWish = {
  changes?: Record<string, unknown>;
  takeBack?: string[];
};

export type SignInForm = {
  email?: string;
  username?: string;
  password: string;
  remember?: boolean;
};

export type SignInOptions = {
  needsSetup: boolean;
  signUp: string;
  oidc: boolean;
};

export type SignInWish = {
  name: string;
  password: string;
  remember?: boolean;
};

export type SongChanges = {
  title?: string | null;
  artist?: string | null;
  album?: string | null;
  genre?: string | null;
  language?: string | null;
  year?: number | null;
  durationMs?: number | null;
  plainLyrics?: string | null;
  syncedLyrics?: string | null;
};

export type SongWish = {
  songId?: string;
  semitones?: number;
  link?: string;
};

/** The change itself, as JSON. */
export type StageWish = {
  isPlaying?: boolean | null;
  position?: number | null;
  tempo?: number | null;
  semitones?: number | null;
  guide?: number | null;
  volume?: number | null;
  lyricsSize?: number | null;
  lyricsOffset?: number | null;
  showsChords?: boolean | null;
};

export type StripWish = {
  gain?: number;
  pan?: number;
  muted?: boolean;
  soloed?: boolean;
};

export type SungWish = {
  turnId: string;
};

export type SwapWish = {
  otherId: string;
};

/** `received` is where the next piece begins. */
export type UploadAnswer = {
  id: string;
  name: string;
  size: number;
  received: number;
  pieceBytes?: number;
};

export type UploadWish = {
  name: string;
  size: number;
};

export type UserChange = {
  name?: string | null;
  role?: Role | null;
  isActive?: boolean | null;
  displayName?: string | null;
  email?: string | null;
  bio?: string | null;
};

export type UserWish = {
  name: string;
  password: string;
  email?: string;
  displayName?: string;
  invite?: string;
  role?: Role;
};

export type VideoWish = {
  mode?: Mode | null;
  quality?: Quality | null;
  engine?: string;
  model?: string;
  stems?: string[];
  videoId: string;
  songId?: string | null;
  title?: string | null;
  artist?: string | null;
  album?: string | null;
};

export type VoiceWish = {
  lowest: number;
  highest: number;
};

export type WebhookAnswer = {
  id: string;
  userId: string;
  url: string;
  events: string[];
  ofEverybody: boolean;
  isActive: boolean;
  failures: number;
  notice: string;
  createdAt: string;
};

export type WebhookChange = {
  url?: string | null;
  events?: string[] | null;
  isActive?: boolean | null;
};

export type WebhookWish = {
  url: string;
  events: string[];
  ofEverybody?: boolean;
};

export type Whose = 'mine' | 'shared';

export type harmonix_splitter__api__routes__playback_links__LinkWish = {
  hours?: number;
  note?: string;
};

export type harmonix_splitter__api__wishes__LinkWish = {
  mode?: Mode | null;
  quality?: Quality | null;
  engine?: string;
  model?: string;
  stems?: string[];
  url: string;
  output_name?: string | null;
  preview?: boolean;
};
