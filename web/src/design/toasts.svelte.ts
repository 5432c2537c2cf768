/** Short messages that come and go, with one thing to press (mostly "Undo"). */

export type Tone = 'plain' | 'good' | 'bad';
export type Toast = {
  id: number;
  text: string;
  tone: Tone;
  action?: { label: string; run: () => void } | undefined;
  /** Run once when the toast leaves without its action pressed: the moment an undoable change becomes real. */
  leave?: (() => void) | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
};

const SHORT = 5000;
const WITH_ACTION = 9000;

let shown = $state<Toast[]>([]);
let nextId = 1;

type Extra = Pick<Toast, 'action' | 'leave'>;

function show(text: string, tone: Tone, extra: Extra = {}): number {
  const toast: Toast = { id: nextId++, text, tone, timer: undefined, ...extra };
  shown.push(toast);
  rest(toast.id);
  return toast.id;
}

function find(id: number): Toast | undefined {
  return shown.find((toast) => toast.id === id);
}

/** Start (again) the time after which a toast leaves by itself. */
function rest(id: number): void {
  const toast = find(id);
  if (!toast) return;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => dismiss(id), toast.action ? WITH_ACTION : SHORT);
}

/** Stay as long as somebody points at it or has the focus in it. */
function hold(id: number): void {
  clearTimeout(find(id)?.timer);
}

function remove(id: number): Toast | undefined {
  const toast = find(id);
  clearTimeout(toast?.timer);
  shown = shown.filter((other) => other.id !== id);
  return toast;
}

function dismiss(id: number): void {
  remove(id)?.leave?.();
}

function act(id: number): void {
  remove(id)?.action?.run();
}

export const toasts = {
  get shown(): readonly Toast[] {
    return shown;
  },
  say: (text: string, extra?: Extra) => show(text, 'plain', extra),
  good: (text: string, extra?: Extra) => show(text, 'good', extra),
  bad: (text: string, extra?: Extra) => show(text, 'bad', extra),
  /** Something is gone from the page at once, and really done when the toast leaves: `undo` brings it back. */
  undoable(text: string, label: string, steps: { undo: () => void; commit: () => void }): number {
    return show(text, 'plain', { action: { label, run: steps.undo }, leave: steps.commit });
  },
  hold,
  rest,
  dismiss,
  act,
  /** Commit everything that still waits: called when the page is left. */
  settle() {
    for (const toast of [...shown]) dismiss(toast.id);
  },
};
