import { differences, type StoreState } from '../expectation/differences.ts';
import type { AnsweredItem, ExpectedGroup } from '../expectation/expected-group.ts';
import { expectedGroup } from '../expectation/expected-group.ts';
import { StoreSnapshot } from '../recordings/store-snapshot.ts';
import type { Rig } from '../rig/start-rig.ts';
import type { Store } from '../store/store.ts';
import { until } from '../store/until.ts';

/** Compares everything in a store with everything that DSTNC holds of its vendor. */
export class Mirror {
  readonly #rig: Pick<Rig, 'sandbox'>;
  readonly #store: Store;
  readonly #vendor: string;
  readonly #snapshot: StoreSnapshot;

  constructor(rig: Pick<Rig, 'sandbox'>, store: Store, vendor: string) {
    this.#rig = rig;
    this.#store = store;
    this.#vendor = vendor;
    this.#snapshot = new StoreSnapshot(store);
  }

  /** What DSTNC has to hold of each product, by its id. */
  async expected(): Promise<Readonly<Record<string, ExpectedGroup>>> {
    const { products, variations } = await this.#state();
    return Object.fromEntries(
      products.map((product) => [product.id, expectedGroup(product, variations[String(product.id)] ?? [])]),
    );
  }

  /** One sentence a difference, as of now. */
  async differences(): Promise<string[]> {
    const state = await this.#state();
    const all = new Set(state.products.map(({ id }) => id));
    return differences(state, this.#rig.sandbox.state.products(this.#vendor), all);
  }

  /** Waits until DSTNC is as the store; gives the differences that stay. */
  async settled(timeoutMs = 20_000): Promise<string[]> {
    let found: string[] = [];
    const same = async () => {
      found = await this.differences();
      return found.length === 0;
    };
    await until('DSTNC to be as the store', same, timeoutMs).catch(() => undefined);
    return found;
  }

  async #state(): Promise<StoreState> {
    const { products, variations } = await this.#snapshot.end();
    // Older versions don't tell it over wc/v3.
    const locked = await this.#store.sql(
      "SELECT ID AS id, post_password FROM wp_posts WHERE post_type = 'product' AND post_password <> ''",
    );
    const passwords = new Map(locked.map(({ id, post_password }) => [Number(id), { post_password }]));
    return {
      products: products.map((product) => ({ ...(product as AnsweredItem), ...passwords.get(Number(product.id)) })),
      variations: variations as Readonly<Record<string, readonly AnsweredItem[]>>,
    };
  }
}
