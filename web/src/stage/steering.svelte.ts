/** What a hand does at the remote: shown at once, sent one wish at a time, of each control only the newest. */
import type { StageWish } from '../api/rooms';

export class Steering {
  /** Asked for, and not answered yet. */
  pending = $state.raw<StageWish>({});
  private waiting: StageWish = {};
  private isSending = false;

  constructor(private readonly send: (wish: StageWish) => Promise<void>) {}

  async move(wish: StageWish): Promise<void> {
    this.waiting = { ...this.waiting, ...wish };
    this.pending = { ...this.pending, ...wish };
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (let next = this.taken(); next; next = this.taken()) {
        await this.send(next);
        this.pending = this.waiting;
      }
    } finally {
      this.isSending = false;
      this.pending = this.waiting;
    }
  }

  private taken(): StageWish | null {
    const next = this.waiting;
    this.waiting = {};
    return Object.keys(next).length > 0 ? next : null;
  }
}
