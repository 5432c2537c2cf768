/** What somebody typed or pasted: links to fetch, or words to search for. */

const WITH_SCHEME = /https?:\/\/[^\s<>"']+/;
// People leave the beginning out of links everybody knows.
const WITHOUT = /\b(?:(?:www|m|music)\.)?(?:youtube\.com|youtu\.be)\/[^\s<>"']+/;
const LINK = new RegExp(`${WITH_SCHEME.source}|${WITHOUT.source}`, 'gi');

export function linksIn(text: string): string[] {
  const found = (text.match(LINK) ?? []).map((link) => link.replace(/[),.;\]]+$/, ''));
  return [...new Set(found.map((link) => (/^https?:/i.test(link) ? link : `https://${link}`)))];
}

export function isPlaylist(link: string): boolean {
  try {
    const url = new URL(link);
    return url.pathname === '/playlist' && url.searchParams.has('list');
  } catch {
    return false; // Half-typed links are simply not playlists yet.
  }
}

/** The eleven characters that name a YouTube video, or null. Only a hint: the server decides. */
export function videoIdOf(link: string): string | null {
  const found = /(?:youtu\.be\/|[?&]v=|\/(?:shorts|live|embed)\/)([\w-]{11})(?![\w-])/.exec(link);
  return found?.[1] ?? null;
}

const AUDIO = /\.(mp3|wav|flac|ogg|oga|opus|m4a|aac|aif|aiff|wma|webm|mp4|mkv|mov|m4v)$/i;

export function isMusic(file: Pick<File, 'name' | 'type'>): boolean {
  return AUDIO.test(file.name) || file.type.startsWith('audio/') || file.type.startsWith('video/');
}

/** "01 - Artist - Title.mp3" is shown as "Artist - Title". */
export function nameOf(fileName: string): string {
  const bare = fileName.replace(/\.[^.]+$/, '').replace(/_/g, ' ').trim();
  return bare.replace(/^\d{1,3}\s*[-.]\s+/, '') || fileName;
}
