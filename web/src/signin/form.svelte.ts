/** A form that is sent once at a time and keeps what went wrong. */

export class Sending {
  busy = $state(false);
  problem = $state<unknown>(null);

  /** Run the work unless it runs already; the answer says whether it went well. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy) return false;
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
