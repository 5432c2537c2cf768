/** News from the server as it happens, over one WebSocket that comes back by itself. */
import { href } from '../shell/router.svelte';
import { online } from '../shell/online.svelte';
import { pauseBefore } from './backoff';

export type News = { type: string; [fact: string]: unknown };
type Listener = (news: News) => void;

/** The server's word for "sign in first": no hurry to come back then. */
const NOT_SIGNED_IN = 4401;

const listeners = new Set<Listener>();
const returnListeners = new Set<() => void>();
let socket: WebSocket | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let attempt = 0;
let wanted = false;
let connected = $state(false);

function address(): string {
  const url = new URL(href('/ws'), location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

function hear(event: MessageEvent): void {
  let news: News;
  try {
    news = JSON.parse(String(event.data)) as News;
  } catch {
    return; // Not ours to understand; the next list from the server is right anyway.
  }
  if (news.type === 'reset') announceReturn();
  for (const listener of listeners) listener(news);
}

/** Something was not heard: everybody who shows a list asks for it again. */
function announceReturn(): void {
  for (const listener of returnListeners) listener();
}

function opened(): void {
  const isReturn = attempt > 0;
  attempt = 0;
  connected = true;
  online.now = true;
  if (isReturn) announceReturn();
}

function connect(): void {
  clearTimeout(timer);
  if (!wanted || socket) return;
  socket = new WebSocket(address());
  socket.addEventListener('open', opened);
  socket.addEventListener('message', hear);
  socket.addEventListener('close', (event) => {
    socket = null;
    connected = false;
    if (!wanted) return;
    if (event.code === NOT_SIGNED_IN) attempt = Math.max(attempt, 4);
    timer = setTimeout(connect, pauseBefore(attempt++, Math.random));
  });
}

export const live = {
  get connected() {
    return connected;
  },
  start() {
    wanted = true;
    connect();
    addEventListener('online', connect);
  },
  stop() {
    wanted = false;
    removeEventListener('online', connect);
    socket?.close();
  },
  /** Hear every piece of news; the answer stops it. */
  listen(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Called when the connection is back after a break. */
  onReturn(listener: () => void): () => void {
    returnListeners.add(listener);
    return () => returnListeners.delete(listener);
  },
};
