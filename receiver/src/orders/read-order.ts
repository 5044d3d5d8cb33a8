import type { OrderView } from '@dstnc/shared';
import type { OrderClaim } from '../storage/order-rows.ts';
import type { Store } from '../stores/store.ts';
import type { OrderAnswer } from '../woocommerce/orders/order-api.ts';
import { type OrderApis, orderApiOf } from '../woocommerce/orders/order-apis.ts';
import { readThroughPlugin } from '../woocommerce/orders/plugin-orders.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';

/** Reads one of DSTNC's orders as it is in its store now: through the plugin, or over wc/v3 where there is none, or it is switched off. */
export function createOrderReader(clientOf: (store: Store) => StoreClient | null, apis: OrderApis) {
  return async (store: Store, claim: OrderClaim): Promise<OrderAnswer<OrderView | null>> => {
    const { storeOrderId: id, reference, progress } = claim;
    const client = clientOf(store);
    // An order that came there over the Legacy API is the same over wc/v3, once the store has that.
    const api = apis(store, orderApiOf(store));
    if (client === null || api === null || id === null) {
      const message = 'The store has no keys by which its orders could be read.';
      return { ok: false, failure: { kind: 'mismatch', message, retryable: false } };
    }
    if (store.plugin !== null && progress.via !== 'legacy') {
      const answer = await readThroughPlugin(client, id);
      if (answer.ok || answer.failure !== null) return answer;
    }
    return api.view(id, reference);
  };
}
