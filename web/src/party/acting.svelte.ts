/** Doing something to a room: its answer is shown at once, its refusal is kept to be said. */
import { ApiProblem } from '../api/client';
import type { LiveRoom } from '../stage/live_room.svelte';
import type { Room } from '../stage/room';

export class Acting {
  problem = $state<ApiProblem | null>(null);

  constructor(readonly live: LiveRoom) {}

  async run(act: () => Promise<Room | void>): Promise<boolean> {
    try {
      const room = await act();
      if (room) this.live.hear(room);
      this.problem = null;
      return true;
    } catch (problem) {
      if (!(problem instanceof ApiProblem)) throw problem;
      this.problem = problem;
      return false;
    }
  }
}
