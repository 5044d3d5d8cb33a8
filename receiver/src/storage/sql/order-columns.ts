import type { Selectable } from 'kysely';
import type { HeldChange, HeldShipment, OrderFacts, OrderPhase, OrderRow, PlacingProgress } from '../order-rows.ts';
import type { OrdersTable } from '../schema.ts';

/** Entries of an order's story that are kept: the first, and the newest of the others. */
const STORY = 60;

/** An order as it is kept, out of its row. */
export function rowOf(row: Selectable<OrdersTable>): OrderRow {
  return {
    storeId: row.store_id,
    reference: row.reference,
    fingerprint: row.fingerprint,
    currency: row.currency,
    total: row.total,
    phase: row.phase as OrderPhase,
    state: row.state as OrderRow['state'],
    progress: JSON.parse(row.progress_json) as PlacingProgress,
    storeOrderId: row.store_order_id,
    storeOrderNumber: row.store_order_number,
    status: row.status,
    shipments: JSON.parse(row.shipments_json) as HeldShipment[],
    change: row.change_json === null ? null : (JSON.parse(row.change_json) as HeldChange),
    lastError: row.last_error,
    personal: row.body !== null,
    history: JSON.parse(row.history_json) as OrderRow['history'],
    cause: row.cause,
    attempts: row.attempts,
    dueAt: row.due_at,
    placedAt: row.placed_at,
    completedAt: row.completed_at,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The columns of some facts; those that aren't given stay as they are. */
export function columnsOf(facts: Partial<OrderFacts>) {
  const {
    phase,
    progress,
    storeOrderId,
    storeOrderNumber,
    status,
    shipments,
    change,
    lastError,
    placedAt,
    completedAt,
  } = facts;
  const columns = {
    phase,
    progress_json: progress && JSON.stringify(progress),
    store_order_id: storeOrderId,
    store_order_number: storeOrderNumber,
    status,
    shipments_json: shipments && JSON.stringify(shipments),
    change_json: change === undefined || change === null ? change : JSON.stringify(change),
    last_error: lastError,
    placed_at: placedAt,
    completed_at: completedAt,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined)) as Partial<
    typeof columns
  >;
}

/** An order's story with one more entry; the same thing again is not told twice. */
export function storyWith(story: OrderRow['history'], entry: OrderRow['history'][number]): OrderRow['history'] {
  if (story.at(-1)?.what === entry.what) return [...story.slice(0, -1), entry];
  const all = [...story, entry];
  return all.length <= STORY ? all : [...all.slice(0, 1), ...all.slice(1 - STORY)];
}
