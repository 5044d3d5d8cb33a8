import type { OrderList, OrderPlaced, OrderReport, OrderSummary } from '@dstnc/shared';
import type { OrderCounts, OrderRow } from '../storage/order-rows.ts';

/** An order as lists show it. */
export function orderSummary(row: OrderRow): OrderSummary {
  return {
    reference: row.reference,
    storeOrderId: row.storeOrderId,
    storeOrderNumber: row.storeOrderNumber,
    state: row.state,
    tracking: row.shipments.flatMap(({ draft: { carrier, trackingNumber: number, trackingUrl: url } }) =>
      number === null ? [] : [{ carrier, number, url }],
    ),
    lastError: row.lastError,
    placedAt: time(row.placedAt),
    updatedAt: new Date(row.updatedAt).toISOString(),
  };
}

/** A page of a store's orders. */
export function orderListView(
  { orders, next }: { orders: readonly OrderRow[]; next: string | null },
  counts: OrderCounts,
): OrderList {
  return { orders: orders.map(orderSummary), counts, next };
}

/** The whole story of an order. */
export function orderReportView(row: OrderRow): OrderReport {
  const told = <Draft>({
    draft,
    acceptedAt,
    rejected,
  }: {
    draft: Draft;
    acceptedAt: number | null;
    rejected?: string;
  }) => ({
    ...draft,
    acceptedAt: time(acceptedAt),
    ...(rejected !== undefined && { rejected }),
  });
  return {
    ...orderSummary(row),
    currency: row.currency,
    total: row.total,
    status: row.status,
    shipments: row.shipments.map(told),
    change: row.change && told(row.change),
    personalData: row.personal,
    history: row.history.map(({ at, what }) => ({ at: new Date(at).toISOString(), what })),
  };
}

/** Answer to DSTNC, of an order that is in the store. */
export function orderPlacedView(row: OrderRow): OrderPlaced {
  const { reference, storeOrderId, storeOrderNumber, status, total, currency } = row;
  return {
    reference,
    storeOrderId: storeOrderId ?? 0,
    storeOrderNumber: storeOrderNumber ?? String(storeOrderId ?? ''),
    status: status ?? '',
    total,
    currency,
  };
}

function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
