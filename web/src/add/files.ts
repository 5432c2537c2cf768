/** Files out of what was dropped: single ones, many, or whole folders. */
import { isMusic } from './links';

type Entry = FileSystemEntry | null;

async function childrenOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    // A reader hands out a hundred at a time and an empty list at the end.
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function filesOf(entry: Entry): Promise<File[]> {
  if (!entry) return [];
  if (entry.isFile) {
    return [await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))];
  }
  const children = await childrenOf(entry as FileSystemDirectoryEntry);
  return (await Promise.all(children.map(filesOf))).flat();
}

/** Everything that looks like music in a drop; `left` counts what does not. */
export async function musicIn(data: DataTransfer): Promise<{ music: File[]; left: number }> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null);
  const files = entries.some(Boolean) ? (await Promise.all(entries.map(filesOf))).flat() : [...data.files];
  const music = files.filter(isMusic);
  return { music, left: files.length - music.length };
}

/** Seconds of a local file as far as the browser can tell; 0 when it cannot read it. */
export function durationOf(file: File): Promise<number> {
  const address = URL.createObjectURL(file);
  const audio = new Audio();
  audio.preload = 'metadata';
  return new Promise<number>((resolve) => {
    audio.onloadedmetadata = () => resolve(Number.isFinite(audio.duration) ? audio.duration : 0);
    audio.onerror = () => resolve(0);
    audio.src = address;
  }).finally(() => URL.revokeObjectURL(address));
}

const MOST_HASHED = 200 * 1024 * 1024;

/** SHA-256 of a file; empty where the browser cannot say (plain HTTP) or the file is too large to hold at once. */
export async function hashOf(file: File): Promise<string> {
  if (!globalThis.crypto?.subtle || file.size > MOST_HASHED) return '';
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
