/** Whether the keyboard help is on the screen. */
let open = $state(false);

export const help = {
  get open() {
    return open;
  },
  set open(value: boolean) {
    open = value;
  },
};
