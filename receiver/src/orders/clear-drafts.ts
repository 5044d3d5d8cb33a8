import type { PlacingProgress } from '../storage/order-rows.ts';
import type { OrderAnswer, OrderApi } from '../woocommerce/orders/order-api.ts';

/**
 * Takes drafts of an order out of its store. Those made over an API have taken no stock and are deleted without a trace. What the plugin may
 * have left half made has taken its stock, which WooCommerce gives back to an order that is cancelled, and not to one that is deleted.
 */
export async function clearDrafts(
  api: OrderApi,
  { halfByPlugin = false }: Pick<PlacingProgress, 'halfByPlugin'>,
  ids: readonly number[],
): Promise<OrderAnswer<null>> {
  if (ids.length === 0) return { ok: true, value: null };
  if (!halfByPlugin) return api.remove(ids);
  for (const id of ids) {
    const cancelled = await api.cancel(id);
    if (!cancelled.ok) return cancelled;
  }
  return { ok: true, value: null };
}
