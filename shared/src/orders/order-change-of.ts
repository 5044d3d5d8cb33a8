import type { OrderChange } from '../dstnc/order-change.ts';
import type { OrderView } from '../plugin/orders.ts';
import { readDecimal } from './decimal.ts';

/**
 * What DSTNC is to be told of an order beside its shipments: that it was cancelled, refunded, or refunded in part. Pure.
 *
 * @returns null while there is nothing of that to tell; without the rev that each send adds
 */
export function orderChangeOf(order: OrderView): Omit<OrderChange, 'rev'> | null {
  const refunds = new Map<string, number>();
  for (const { externalId, refunded } of order.lines) {
    if (refunded > 0) refunds.set(externalId, (refunds.get(externalId) ?? 0) + refunded);
  }
  const refunded = refunds.size > 0 || (readDecimal(order.refundedTotal) ?? 0n) > 0n;
  const status = statusOf(order.status, refunded);
  if (status === null) return null;
  return {
    reference: order.reference,
    status,
    refunds: [...refunds].map(([externalId, quantity]) => ({ externalId, quantity })),
  };
}

function statusOf(status: string, refunded: boolean): OrderChange['status'] | null {
  // In the bin, or failed: the vendor won't ship it, whatever it is called.
  if (status === 'cancelled' || status === 'trash' || status === 'failed') return 'cancelled';
  if (status === 'refunded') return 'refunded';
  return refunded ? 'partially_refunded' : null;
}
