/** The shapes of the server's answers that the studio uses. */

export type Role = 'admin' | 'member' | 'guest';

export type Me = {
  id: string;
  name: string;
  role: Role;
  email?: string | null;
  bio?: string | null;
  avatarUrl?: string | null;
};

export type Song = { id: string; title: string; artist: string; duration: number };
export type SongPage = { songs: Song[]; pagination: { total: number; limit: number; offset: number; hasMore: boolean } };
