import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import type { StoreApis } from '../woocommerce/store-apis.ts';

/**
 * Asks a store what it sells in now. A vendor may have changed that since the store was connected, and its listings would go on saying what
 * was true then: they are told anew.
 *
 * @returns null: neither the store says it nor was it ever known
 */
export function createCurrencyRefresh({
  storage,
  apis,
  clock,
}: {
  storage: Pick<Storage, 'stores'>;
  apis: Pick<StoreApis, 'of'>;
  clock: () => number;
}): (store: Store) => Promise<string | null> {
  return async (store) => {
    const facts = await apis.of(store)?.facts();
    const currency = facts?.currency ?? store.currency;
    if (currency !== null && currency !== store.currency) {
      const mark = { cause: `it sells in ${currency} now`, now: clock() };
      await storage.stores.update(store.id, { currency }, mark);
    }
    return currency;
  };
}
