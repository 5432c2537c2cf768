import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toasts } from './toasts.svelte';
import { pagesOf, visibleRows } from './windowing';

describe('a window on a long list', () => {
  it('draws what can be seen and a little more', () => {
    expect(visibleRows(6000, 600, 60, 100_000)).toEqual({ first: 94, last: 117 });
  });

  it('stops at both ends', () => {
    expect(visibleRows(-500, 600, 60, 100_000).first).toBe(0);
    expect(visibleRows(6_000_000, 600, 60, 100_000).last).toBe(100_000);
    expect(visibleRows(0, 600, 60, 0)).toEqual({ first: 0, last: 0 });
  });

  it('needs the pages it touches and no others', () => {
    expect(pagesOf({ first: 94, last: 117 }, 100)).toEqual([0, 1]);
    expect(pagesOf({ first: 100, last: 200 }, 100)).toEqual([1]);
    expect(pagesOf({ first: 0, last: 0 }, 100)).toEqual([]);
  });
});

describe('an undoable change', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => {
    toasts.settle();
    vi.useRealTimers();
  });

  it('becomes real when its toast leaves', () => {
    const [undo, commit] = [vi.fn(), vi.fn()];
    toasts.undoable('gone', 'Undo', { undo, commit });

    vi.advanceTimersByTime(60_000);

    expect(commit).toHaveBeenCalledOnce();
    expect(undo).not.toHaveBeenCalled();
  });

  it('never becomes real once it is undone', () => {
    const [undo, commit] = [vi.fn(), vi.fn()];
    toasts.act(toasts.undoable('gone', 'Undo', { undo, commit }));

    vi.advanceTimersByTime(60_000);

    expect(undo).toHaveBeenCalledOnce();
    expect(commit).not.toHaveBeenCalled();
  });

  it('waits as long as somebody points at it', () => {
    const commit = vi.fn();
    const id = toasts.undoable('gone', 'Undo', { undo: vi.fn(), commit });
    toasts.hold(id);

    vi.advanceTimersByTime(60_000);

    expect(commit).not.toHaveBeenCalled();
  });

  it('becomes real when the page is left', () => {
    const commit = vi.fn();
    toasts.undoable('gone', 'Undo', { undo: vi.fn(), commit });

    toasts.settle();

    expect(commit).toHaveBeenCalledOnce();
  });
});
