/** The one way the studio talks to its server: JSON over fetch, problems as ApiProblem. */
import { href } from '../shell/router.svelte';

/** What the server says when it says no (RFC 9457 problem details, or the older {error, code}). */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly advice: string = '',
    readonly code: string = '',
    readonly details: unknown = undefined,
  ) {
    super(message);
  }

  /** The server could not be reached at all. */
  get isOffline(): boolean {
    return this.status === 0;
  }

  get needsSignIn(): boolean {
    return this.status === 401;
  }

  get isConflict(): boolean {
    return this.status === 409 || this.status === 412;
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>;
export type Asked = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Query;
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** Called when an answer says that nobody is signed in (any more). */
type Listener = () => void;
const signedOutListeners = new Set<Listener>();
const reachedListeners = new Set<(reached: boolean) => void>();

export function onSignedOut(listener: Listener): void {
  signedOutListeners.add(listener);
}

export function onReached(listener: (reached: boolean) => void): void {
  reachedListeners.add(listener);
}

/** A server path with the prefix and its query: apiAddress('/api/songs', {q: 'x'}). */
export function apiAddress(path: string, query: Query = {}): string {
  const wanted = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  const text = new URLSearchParams(wanted.map(([name, value]) => [name, String(value)])).toString();
  return href(path) + (text ? `?${text}` : '');
}

/** Ask the server; answers the parsed body, throws ApiProblem. */
export async function ask<Answer>(path: string, asked: Asked = {}): Promise<Answer> {
  const response = await fetched(path, asked);
  if (!response.ok) throw await problemOf(response);
  if (response.status === 204) return undefined as Answer;
  const isJson = response.headers.get('content-type')?.includes('json');
  return (isJson ? await response.json() : await response.text()) as Answer;
}

/** Ask for something that carries a version tag. */
export async function askTagged<Answer>(path: string, asked: Asked = {}): Promise<{ answer: Answer; tag: string }> {
  const response = await fetched(path, asked);
  if (!response.ok) throw await problemOf(response);
  return { answer: (await response.json()) as Answer, tag: response.headers.get('etag') ?? '' };
}

/** Ask for something that is told bit by bit: one JSON document a line. */
export async function askInLines<News>(path: string, asked: Asked, hear: (news: News) => void): Promise<void> {
  const response = await fetched(path, asked);
  if (!response.ok || !response.body) throw await problemOf(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let rest = ''; ; ) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? '')).split('\n');
    rest = done ? '' : (lines.pop() ?? '');
    for (const line of lines.filter(Boolean)) hear(JSON.parse(line) as News);
    if (done) return;
  }
}

async function fetched(path: string, asked: Asked): Promise<Response> {
  try {
    const response = await fetch(apiAddress(path, asked.query), requestOf(asked));
    for (const tell of reachedListeners) tell(true);
    return response;
  } catch (trouble) {
    if (asked.signal?.aborted) throw trouble;
    for (const tell of reachedListeners) tell(false);
    throw new ApiProblem(0, 'The server cannot be reached.');
  }
}

function requestOf(asked: Asked): RequestInit {
  const headers: Record<string, string> = { accept: 'application/json', ...csrf(), ...asked.headers };
  const request: RequestInit = { method: asked.method ?? 'GET', headers, credentials: 'same-origin' };
  if (asked.signal) request.signal = asked.signal;
  if (asked.body instanceof FormData || asked.body instanceof Blob) request.body = asked.body;
  else if (asked.body !== undefined) {
    headers['content-type'] = 'application/json';
    request.body = JSON.stringify(asked.body);
  }
  return request;
}

/** A header no foreign page can send without our leave. */
function csrf(): Record<string, string> {
  return { 'x-requested-with': 'harmonix-studio' };
}

type Body = { detail?: unknown; title?: string; error?: string; message?: string; advice?: string; code?: string };

async function problemOf(response: Response): Promise<ApiProblem> {
  const body = (await response.json().catch(() => ({}))) as Body;
  const problem = new ApiProblem(response.status, sentenceOf(body, response), body.advice ?? '', body.code ?? '', body);
  if (problem.needsSignIn) for (const tell of signedOutListeners) tell();
  return problem;
}

function sentenceOf(body: Body, response: Response): string {
  if (Array.isArray(body.detail)) {
    return (body.detail as { loc?: unknown[]; msg?: string }[])
      .map((fault) => [fault.loc?.slice(1).join('.'), fault.msg].filter(Boolean).join(': '))
      .join('; ');
  }
  const said = [body.detail, body.message, body.error, body.title].find((text) => typeof text === 'string' && text);
  return (said as string | undefined) ?? `${response.status} ${response.statusText}`.trim();
}
