/** A very long list that lives on the server and is fetched page by page, as far as somebody looks. */
import { pagesOf, type Window } from '../design/windowing';

export type Page<Item> = { items: readonly Item[]; total: number };
export type Fetch<Item> = (offset: number, limit: number, signal: AbortSignal) => Promise<Page<Item>>;

const PAGE = 100;
/** Pages kept in memory; the ones not looked at for longest leave first. */
const KEPT = 30;

export class Paged<Item> {
  total = $state(0);
  known = $state(false);
  problem = $state<unknown>(null);
  #pages = $state.raw<ReadonlyMap<number, readonly Item[]>>(new Map());
  #asked = new Set<number>();
  #stop = new AbortController();
  #fetch: Fetch<Item>;
  #window: Window = { first: 0, last: 1 };

  constructor(fetch: Fetch<Item>) {
    this.#fetch = fetch;
  }

  at(place: number): Item | undefined {
    return this.#pages.get(Math.floor(place / PAGE))?.[place % PAGE];
  }

  /** Look at these rows: what is not here yet is fetched. */
  look(window: Window): void {
    this.#window = window;
    const wanted = pagesOf(window, PAGE);
    for (const page of wanted.length || this.known ? wanted : [0]) void this.#get(page);
  }

  /** Ask another question, or the same one anew; what is shown stays until the answer is here. */
  reset(fetch: Fetch<Item> = this.#fetch): void {
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#fetch = fetch;
    this.#asked.clear();
    void this.#get(0, true);
  }

  /** Change or (with null) take away one item in place, before the server is asked. */
  change(fits: (item: Item) => boolean, to: (item: Item) => Item | null): void {
    const all = [...this.#pages].sort(([a], [b]) => a - b);
    const pages = new Map(all.map(([page, items]) => [page, items.flatMap((item) => (fits(item) ? (to(item) ?? []) : item))]));
    const gone = all.reduce((sum, [page, items]) => sum + items.length - (pages.get(page)?.length ?? 0), 0);
    this.#pages = pages as ReadonlyMap<number, readonly Item[]>;
    this.total -= gone;
  }

  async #get(page: number, fresh = false): Promise<void> {
    if (this.#asked.has(page)) return;
    this.#asked.add(page);
    const { signal } = this.#stop;
    try {
      const answer = await this.#fetch(page * PAGE, PAGE, signal);
      if (signal.aborted) return;
      this.#keep(page, answer, fresh);
    } catch (problem) {
      if (signal.aborted) return;
      this.#asked.delete(page);
      this.problem = problem;
      this.known = true;
    }
  }

  #keep(page: number, answer: Page<Item>, fresh: boolean): void {
    const pages = new Map(fresh ? [] : this.#pages);
    pages.delete(page);
    pages.set(page, answer.items);
    while (pages.size > KEPT) {
      const oldest = pages.keys().next().value as number;
      pages.delete(oldest);
      this.#asked.delete(oldest);
    }
    this.#pages = pages;
    this.total = answer.total;
    this.known = true;
    this.problem = null;
    if (fresh) this.look(this.#window);
  }
}
