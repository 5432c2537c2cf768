import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { roomBeside, shiftInto } from './room';
import { toasts } from './toasts.svelte';
import { pagesOf, visibleRows, writtenOver } from './windowing';

describe('a window on a long list', () => {
  it('draws what can be seen and a little more', () => {
    expect(visibleRows(6000, 600, 60, 100_000, 0)).toEqual({ first: 100, last: 111 });
    expect(visibleRows(6000, 600, 60, 100_000, 6)).toEqual({ first: 94, last: 117 });
  });

  it('stops at both ends with as many rows as in the middle, so that none is made anew', () => {
    expect(visibleRows(-500, 600, 60, 100_000, 6)).toEqual({ first: 0, last: 23 });
    expect(visibleRows(6_000_000, 600, 60, 100_000, 6)).toEqual({ first: 99_977, last: 100_000 });
  });

  it('draws no more rows than there are', () => {
    expect(visibleRows(60, 600, 60, 7, 6)).toEqual({ first: 0, last: 7 });
    expect(visibleRows(0, 600, 60, 0, 6)).toEqual({ first: 0, last: 0 });
  });

  it('writes only the rows that are needed, and in the order of the list', () => {
    expect(writtenOver([0, 1, 2, 3, 4, 5], { first: 7, last: 9 }, 6, 100)).toEqual([0, 3, 4, 5, 7, 8]);
    expect(writtenOver([0, 1, 2], { first: 1, last: 3 }, 6, 100)).toEqual([0, 1, 2]);
    expect(writtenOver([0, 1, 2, 3], { first: 0, last: 2 }, 6, 2)).toEqual([0, 1]);
  });

  it('needs the pages it touches and no others', () => {
    expect(pagesOf({ first: 94, last: 117 }, 100)).toEqual([0, 1]);
    expect(pagesOf({ first: 100, last: 200 }, 100)).toEqual([1]);
    expect(pagesOf({ first: 0, last: 0 }, 100)).toEqual([]);
  });
});

describe('a panel beside a button', () => {
  const seen = { top: 0, bottom: 700 };

  it('opens under it while there is room', () => {
    expect(roomBeside({ top: 100, bottom: 140 }, seen, 300)).toEqual({ above: false, height: 548 });
  });

  it('opens above it where it would end below what is seen', () => {
    expect(roomBeside({ top: 560, bottom: 600 }, seen, 300)).toEqual({ above: true, height: 548 });
  });

  it('takes the larger side and no more where neither is large enough', () => {
    expect(roomBeside({ top: 300, bottom: 340 }, seen, 600)).toEqual({ above: false, height: 348 });
    expect(roomBeside({ top: 640, bottom: 680 }, { top: 400, bottom: 690 }, 600)).toEqual({ above: true, height: 228 });
  });
});

describe('a panel that is wider than what is left beside it', () => {
  const seen = { left: 0, right: 390 };

  it('moves to the left as far as it must, and no further than the page goes', () => {
    expect(shiftInto({ left: 20, right: 120 }, seen, 200)).toBe(0);
    expect(shiftInto({ left: 200, right: 300 }, seen, 220)).toBe(42);
    expect(shiftInto({ left: 200, right: 300 }, seen, 900)).toBe(200);
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
