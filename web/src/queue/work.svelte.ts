/** How many of my songs are in work; the rail shows it. */
let count = $state(0);

export const work = {
  get count() {
    return count;
  },
  set count(value: number) {
    count = value;
  },
};
