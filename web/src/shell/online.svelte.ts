/** Whether the server answers. The banner and the live updates look here. */
import { onReached } from '../api/client';

let reached = $state(true);

onReached((now) => (reached = now));

export const online = {
  get now(): boolean {
    return reached;
  },
  set now(value: boolean) {
    reached = value;
  },
};
