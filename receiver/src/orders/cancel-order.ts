import type { OrderClaim } from '../storage/order-rows.ts';
import type { Store } from '../stores/store.ts';
import type { OrderApi } from '../woocommerce/orders/order-api.ts';
import { cancelThroughPlugin } from '../woocommerce/orders/plugin-orders.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { mayHaveRun } from './may-have-run.ts';

/** What came of asking the store to cancel an order. */
export type Cancelling =
  | { readonly kind: 'cancelled'; readonly status: string }
  /** It is too late, as the order has that status. */
  | { readonly kind: 'too_late'; readonly status: string }
  | { readonly kind: 'failure'; readonly reason: string; readonly retryAfterMs: number; readonly mayHaveRun: boolean };

/** See {@link cancelOrder}. */
export interface CancelTools {
  readonly client: StoreClient;
  readonly api: OrderApi;
  /** A cancellation that was asked for before may still be under way: another one could give the stock back twice. */
  readonly pending: boolean;
}

/** Cancels an order that is in the store, unless it has been completed or refunded; WooCommerce gives its stock back, once. */
export async function cancelOrder(tools: CancelTools, store: Store, claim: OrderClaim): Promise<Cancelling> {
  const { client, api, pending } = tools;
  const { storeOrderId: id, reference, progress } = claim;
  if (store.plugin !== null && progress.via === 'plugin') {
    const answer = await cancelThroughPlugin(client, reference);
    switch (answer.kind) {
      case 'done':
        return { kind: 'cancelled', status: answer.view.status };
      case 'refused':
        // Whoever deleted it for good has seen to its stock.
        if (answer.refusal.code === 'unknown_order') return { kind: 'cancelled', status: 'trash' };
        if (answer.refusal.code !== 'too_late') return failure(answer.refusal.message || answer.refusal.code, 0, false);
        return { kind: 'too_late', status: String(answer.refusal.data.orderStatus ?? 'completed') };
      case 'in_progress':
        return failure('the store is at it', answer.retryAfterMs, false);
      case 'failure':
        return failure(answer.failure.message, answer.failure.retryAfterMs ?? 0, false);
      case 'no_route':
        // The same over wc/v3: the plugin was switched off since.
        break;
    }
  }
  const read = id === null ? { ok: true as const, value: null } : await api.read(id);
  if (!read.ok) return failure(read.failure.message, read.failure.retryAfterMs ?? 0, false);
  const status = read.value?.status ?? 'trash';
  if (status === 'cancelled' || status === 'trash' || status === 'failed') return { kind: 'cancelled', status };
  if (status === 'completed' || status === 'refunded') return { kind: 'too_late', status };
  if (pending) return failure('the store may still be cancelling it', 5_000, true);
  const done = await api.cancel(id ?? 0);
  if (done.ok) return { kind: 'cancelled', status: done.value.status };
  const { message, retryAfterMs = 0 } = done.failure;
  return failure(message, retryAfterMs, mayHaveRun(done.failure) === 'maybe');
}

function failure(reason: string, retryAfterMs: number, ran: boolean): Cancelling {
  return { kind: 'failure', reason, retryAfterMs, mayHaveRun: ran };
}
