/** Where the studio's sound can be picked up by whoever shares it: the newest engine's way out, before its volume. */
export type Outlet = AudioNode | HTMLMediaElement;

let newest: Outlet | null = null;

export const tap = {
  get outlet(): Outlet | null {
    return newest;
  },
  offer(outlet: Outlet): void {
    newest = outlet;
  },
  withdraw(outlet: Outlet): void {
    if (newest === outlet) newest = null;
  },
};
