import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import type { StoreApis } from '../woocommerce/store-apis.ts';
import type { ListingContext } from './build-listing.ts';

/** How long a store that didn't say its currency or tax is left alone with that question, in milliseconds. */
const ASK_AGAIN_MS = 10 * 60_000;

/**
 * Gives each listing its store's currency and tax, which product endpoints don't carry. They are asked of the store once (the currency with
 * every order again: see refresh-currency.ts), what the store doesn't say stays null, and no listing waits or fails for that.
 */
export function createListingContexts({
  storage,
  apis,
  clock,
}: {
  storage: Pick<Storage, 'stores' | 'listings'>;
  apis: Pick<StoreApis, 'of'>;
  clock: () => number;
}): (store: Store) => Promise<ListingContext> {
  const asked = new Map<string, { at: number; answer: Promise<Pick<Store, 'currency' | 'taxIncluded'>> }>();

  async function ask(store: Store): Promise<Pick<Store, 'currency' | 'taxIncluded'>> {
    const facts = await apis.of(store)?.facts();
    if (facts === undefined) return store;
    const known = {
      currency: store.currency ?? facts.currency,
      taxIncluded: store.taxIncluded ?? facts.taxIncluded,
    };
    const news = known.currency !== store.currency || known.taxIncluded !== store.taxIncluded;
    // What was listed without it gets it now; a store that says it at once has nothing listed yet.
    const listed = news && (await storage.listings.totals(store.id)).products > 0;
    const mark = { cause: 'its currency or tax became known', now: clock() };
    if (news) await storage.stores.update(store.id, known, listed ? mark : undefined);
    return known;
  }

  return async (store) => {
    const { settings } = store;
    if (store.credentials === null || (store.currency !== null && store.taxIncluded !== null)) {
      return { currency: store.currency, taxIncluded: store.taxIncluded, settings };
    }
    let held = asked.get(store.id);
    if (held === undefined || held.at + ASK_AGAIN_MS < clock()) {
      // Parallel steps of one store share the question.
      held = { at: clock(), answer: ask(store).catch(() => store) };
      asked.set(store.id, held);
    }
    const { currency, taxIncluded } = await held.answer;
    return { currency, taxIncluded, settings };
  };
}
