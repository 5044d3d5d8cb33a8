import type { OrderChange } from '../dstnc/order-change.ts';
import type { OrderView } from '../plugin/orders.ts';
import { readDecimal } from './decimal.ts';
import { hasShipped, type NumberedShipment } from './order-shipments.ts';
import { isPutAway } from './order-statuses.ts';

/** What DSTNC is to be told of an order beside its shipments: without the rev that each send adds. */
export type ChangeDraft = Omit<OrderChange, 'rev'>;

/** What of an order it depends on. */
export type ChangingOrder = Pick<OrderView, 'reference' | 'status' | 'lines' | 'refundedTotal'>;

/** What was told of it so far. */
export interface ToldBefore {
  /** With those that are to be told now. */
  readonly shipments: readonly Pick<NumberedShipment, 'draft'>[];
  readonly change: ChangeDraft | null;
}

/**
 * What DSTNC is to be told of an order beside its shipments: that it was cancelled, refunded, or refunded in part. Pure.
 *
 * @returns null while there is nothing of that to tell
 */
export function orderChangeOf(order: ChangingOrder, before: ToldBefore): ChangeDraft | null {
  const refunds = new Map<string, number>();
  for (const { externalId, refunded } of order.lines) {
    if (refunded > 0) refunds.set(externalId, (refunds.get(externalId) ?? 0) + refunded);
  }
  const refunded = refunds.size > 0 || (readDecimal(order.refundedTotal) ?? 0n) > 0n;
  const status = isPutAway(order.status) ? statusPutAway(before, refunded) : statusOf(order.status, refunded);
  if (status === null) return takenBack(order, before.change);
  return {
    reference: order.reference,
    status,
    refunds: [...refunds].map(([externalId, quantity]) => ({ externalId, quantity })),
  };
}

/** What stays to be told of what was told before, and is not so any more. Of a cancellation, there is no word for that. */
function takenBack({ status }: ChangingOrder, before: ChangeDraft | null): ChangeDraft | null {
  if (before === null || before.status === 'cancelled' || isPutAway(status)) return before;
  return { ...before, status: 'partially_refunded', refunds: [] };
}

function statusOf(status: string, refunded: boolean): OrderChange['status'] | null {
  if (status === 'cancelled' || status === 'refunded') return status;
  return refunded ? 'partially_refunded' : null;
}

/** The vendor won't ship it, whatever it is called; but vendors clear up, too, what was shipped or is over. */
function statusPutAway({ shipments, change }: ToldBefore, refunded: boolean): OrderChange['status'] | null {
  if (change !== null && change.status !== 'partially_refunded') return null;
  if (!hasShipped(shipments)) return 'cancelled';
  return refunded ? 'partially_refunded' : null;
}
