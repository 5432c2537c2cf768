/** Undo and redo: a row of states, and where in it we are. */

export interface History<State> {
  readonly past: readonly State[];
  readonly now: State;
  readonly future: readonly State[];
  /** What the last change was; changes of one kind in a row (a drag) count as one. */
  readonly kind: string;
}

const LONGEST = 200;

export function begin<State>(now: State): History<State> {
  return { past: [], now, future: [], kind: '' };
}

/** `kind` joins this change with the one before when both name the same; leave it empty for a step of its own. */
export function changed<State>(history: History<State>, now: State, kind = ''): History<State> {
  if (now === history.now) return history;
  const isSameGesture = kind !== '' && kind === history.kind;
  const past = isSameGesture ? history.past : [...history.past, history.now].slice(-LONGEST);
  return { past, now, future: [], kind };
}

export function undone<State>(history: History<State>): History<State> {
  const before = history.past.at(-1);
  if (history.past.length === 0 || before === undefined) return history;
  return { past: history.past.slice(0, -1), now: before, future: [history.now, ...history.future], kind: '' };
}

export function redone<State>(history: History<State>): History<State> {
  const after = history.future[0];
  if (after === undefined) return history;
  return { past: [...history.past, history.now], now: after, future: history.future.slice(1), kind: '' };
}
