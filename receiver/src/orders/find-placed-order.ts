import type { OrderClaim, PlacingProgress } from '../storage/order-rows.ts';
import type { Store } from '../stores/store.ts';
import { type OrderApis, orderApiOf } from '../woocommerce/orders/order-apis.ts';
import { cancelThroughPlugin, findThroughPlugin } from '../woocommerce/orders/plugin-orders.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import { clearDrafts } from './clear-drafts.ts';
import { isDraft } from './is-draft.ts';
import { notThere } from './order-refusal.ts';
import { factsOf, type PlacingEnd } from './placing.ts';
import { withoutPlugin } from './without-plugin.ts';

/** How long after a look that said nothing the next one is taken, in milliseconds. */
const AGAIN_MS = 60_000;

/**
 * Ends the placing of an order whose request isn't kept any more, as its store was gone meanwhile. Whether the store has it is found by the
 * reference. Where it hasn't, the order is refused and may be asked for anew. What the store has half of is taken out of it: the plugin's
 * half is cancelled, as it may have taken its stock.
 */
export async function findPlacedOrder(
  { store, client, apis }: { readonly store: Store; readonly client: StoreClient; readonly apis: OrderApis },
  claim: OrderClaim,
): Promise<PlacingEnd> {
  const { reference } = claim;
  if (store.plugin !== null && (claim.progress.via ?? 'plugin') === 'plugin') {
    const found = await findThroughPlugin(client, reference);
    if (!found.ok) return waiting(found.failure);
    if (found.value === null) return { kind: 'refused', refusal: notThere(), progress: {} };
    const { unwantedAt } = claim.progress;
    const progress: PlacingProgress = { via: 'plugin', ...(unwantedAt !== undefined && { unwantedAt }) };
    if (!isDraft(found.value)) return { kind: 'placed', facts: { ...factsOf(found.value), progress } };
    const answer = await cancelThroughPlugin(client, reference);
    if (answer.kind === 'done') return { kind: 'placed', facts: { ...factsOf(answer.view), progress } };
    const message = 'The store has not cancelled the half of an order that it has.';
    return waiting(answer.kind === 'failure' ? answer.failure : { message });
  }
  const byPlugin = claim.progress.via === 'plugin';
  const progress = byPlugin ? withoutPlugin(claim) : claim.progress;
  const { via = orderApiOf(store), baseline, since } = progress;
  const api = apis(store, via === 'legacy' ? 'legacy' : 'api');
  if (api === null) throw new TypeError('a store with keys has an API');
  const range = { ...(baseline !== undefined && { baseline }), ...(since !== undefined && { since }) };
  const found = await api.find(reference, range);
  if (!found.ok) return waiting(found.failure);
  const cleared = await clearDrafts(
    api,
    progress,
    found.value.filter(isDraft).map(({ id }) => id),
  );
  if (!cleared.ok) return waiting(cleared.failure);
  // The plugin's half is there still, as a cancelled order.
  const order = found.value.find((one) => !isDraft(one)) ?? (byPlugin ? found.value[0] : undefined);
  if (order === undefined) return { kind: 'refused', refusal: notThere(), progress: {} };
  const view = await api.view(order.id, reference);
  if (!view.ok) return waiting(view.failure);
  if (view.value === null) return { kind: 'refused', refusal: notThere(), progress: {} };
  return { kind: 'placed', facts: { ...factsOf(view.value), progress } };
}

function waiting({ message, retryAfterMs = 0 }: Pick<StoreFailure, 'message' | 'retryAfterMs'>): PlacingEnd {
  return { kind: 'waiting', reason: message, afterMs: Math.max(AGAIN_MS, retryAfterMs), outage: true };
}
