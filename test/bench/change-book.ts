/** What became of the changes of one measurement. */
export interface Ledger {
  /** Milliseconds from a change in the shop until DSTNC accepted it, or something newer of the same product. */
  readonly delays: number[];
  made: number;
  /** Monotonic milliseconds of the last acceptance. */
  lastAcceptedAt: number;
}

/** Knows how each simulated product is, and which of its changes DSTNC has not accepted. */
export interface ChangeBook {
  /** Changes a product: each change gives it a number that it never had. */
  change(ledger: Ledger, shop: number, id: number, what: 'stock' | 'product'): void;
  now(shop: number, id: number): { readonly quantity: number; readonly edition: number };
  /** DSTNC has accepted the product with this quantity or edition. Numbers only rise, so everything before is accepted as well. */
  accepted(shop: number, id: number, seen: { readonly quantity?: number; readonly edition?: number }): void;
  /** Changes that aren't accepted. */
  readonly open: number;
}

interface Product {
  quantity: number;
  edition: number;
  waiting: { readonly number: number; readonly at: number; readonly ledger: Ledger }[];
}

/** What a product's quantity is until it changes. */
const FIRST_QUANTITY = 5;

/** For another measurement. */
export function newLedger(): Ledger {
  return { delays: [], made: 0, lastAcceptedAt: 0 };
}

/** All products begin with the same quantity, and without an edition. */
export function createChangeBook(): ChangeBook {
  const products = new Map<string, Product>();
  let open = 0;
  return {
    change(ledger, shop, id, what) {
      const key = `${shop} ${id}`;
      const product = products.get(key) ?? { quantity: FIRST_QUANTITY, edition: 0, waiting: [] };
      const number = Math.max(product.quantity, product.edition) + 1;
      product[what === 'stock' ? 'quantity' : 'edition'] = number;
      product.waiting.push({ number, at: performance.now(), ledger });
      products.set(key, product);
      ledger.made += 1;
      open += 1;
    },

    now: (shop, id) => products.get(`${shop} ${id}`) ?? { quantity: FIRST_QUANTITY, edition: 0 },

    accepted(shop, id, { quantity = 0, edition = 0 }) {
      const product = products.get(`${shop} ${id}`);
      if (product === undefined) return;
      const newest = Math.max(quantity, edition);
      const now = performance.now();
      let done = 0;
      for (const { number, at, ledger } of product.waiting) {
        if (number > newest) break;
        ledger.delays.push(now - at);
        ledger.lastAcceptedAt = now;
        done += 1;
      }
      product.waiting.splice(0, done);
      open -= done;
    },

    get open() {
      return open;
    },
  };
}
