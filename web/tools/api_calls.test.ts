import { describe, expect, it } from 'vitest';
// @ts-expect-error a plain script without types of its own
import { callsIn, missingIn, plain } from './api_calls.mjs';

describe('the calls of the studio', () => {
  it('are found with their methods', () => {
    const text = "ask<Song>(`/api/songs/${id}`);\nask('/api/x', { method: 'DELETE' });\npost<A>('/api/y', {});";

    expect(callsIn(text)).toEqual([
      { method: 'get', path: '/api/songs/*' },
      { method: 'delete', path: '/api/x' },
      { method: 'post', path: '/api/y' },
    ]);
  });

  it('are the same whatever a parameter is called', () => {
    expect(plain('/api/songs/${encodeURIComponent(id)}/audio')).toBe(plain('/api/songs/{song_id}/audio'));
  });

  it('are missing when the server has the address but not the method', () => {
    const document = { paths: { '/api/x': { get: {} } } };

    expect(missingIn(document, [{ method: 'get', path: '/api/x' }, { method: 'post', path: '/api/x' }])).toHaveLength(1);
  });
});
