/** Which part of the song the timeline shows, and where on the screen a time lies. */

export const ZOOMS = [1, 2, 4, 8, 16, 32] as const;
let state = $state.raw({ zoom: 0, from: 0, duration: 1 });

const span = (): number => state.duration / (ZOOMS[state.zoom] ?? 1);

function within(from: number): number {
  return Math.min(Math.max(0, from), Math.max(0, state.duration - span()));
}

export const view = {
  get from(): number {
    return state.from;
  },
  get to(): number {
    return state.from + span();
  },
  get span(): number {
    return span();
  },
  get canZoomIn(): boolean {
    return state.zoom < ZOOMS.length - 1 && span() > 4;
  },
  get canZoomOut(): boolean {
    return state.zoom > 0;
  },
  fit(duration: number): void {
    if (duration !== state.duration) state = { zoom: 0, from: 0, duration: Math.max(1, duration) };
  },
  /** Zoom keeps `around` where it is on the screen. */
  zoom(step: number, around: number): void {
    const share = (around - state.from) / span();
    const zoom = Math.min(ZOOMS.length - 1, Math.max(0, state.zoom + step));
    state = { ...state, zoom };
    state = { ...state, from: within(around - share * span()) };
  },
  scroll(by: number): void {
    state = { ...state, from: within(state.from + by) };
  },
  /** Turn the page when the playhead leaves it. */
  follow(time: number): void {
    if (state.zoom > 0 && (time < state.from || time > state.from + span() * 0.98)) state = { ...state, from: within(time - span() * 0.05) };
  },
  /** 0 at the left edge, 1 at the right. */
  share: (time: number): number => (time - state.from) / span(),
  timeAt: (share: number): number => state.from + share * span(),
};
