/** A form that is sent once at a time and keeps what went wrong. */
import { untrack } from 'svelte';

export class Sending {
  busy = $state(false);
  problem = $state<unknown>(null);

  /** Run the work unless it runs already; the answer says whether it went well. */
  async run(work: () => Promise<void>): Promise<boolean> {
    // An effect that loads would otherwise run again at its own end, for ever.
    if (untrack(() => this.busy)) return false;
    this.busy = true;
    this.problem = null;
    try {
      await work();
      return true;
    } catch (problem) {
      this.problem = problem;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
