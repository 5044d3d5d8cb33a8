import type { Check } from '@dstnc/shared';
import type { OrderRow } from '../storage/order-rows.ts';
import { fine, wrong } from './make-check.ts';

const DAY = 86_400_000;
/** What is neither placed nor told of for longer than this is stuck, in milliseconds. */
const STUCK_MS = 5 * 60_000;
/** How long after its completion an order may be without a number before that is told, and until when it is. */
const [UNNUMBERED_MS, WATCHED_MS] = [DAY, 14 * DAY];

/** Since when orders that were shipped are looked at, milliseconds since 1970: see OrderStorage.doubtful. */
export function doubtfulSince(now: number): number {
  return now - WATCHED_MS;
}

/**
 * What is wrong with DSTNC's orders in a shop: those that don't get on, and parcels that DSTNC doesn't know, or can't follow. What was refused
 * stays so, and is told for a day.
 */
export function examineOrders(rows: readonly OrderRow[], now: number): Check[] {
  const ill = rows.filter(
    ({ state, phase, updatedAt }) => state === 'attention' && (phase !== 'refused' || now - updatedAt < DAY),
  );
  const late = rows.filter(({ state, createdAt }) => state === 'placing' && now - createdAt > STUCK_MS);
  const untold = rows.filter(
    ({ state, completedAt }) => state === 'completed' && isBefore(completedAt, now - STUCK_MS),
  );
  const unnumbered = rows.filter(
    ({ state, completedAt, shipments }) =>
      state === 'shipped' &&
      isBefore(completedAt, now - UNNUMBERED_MS) &&
      !isBefore(completedAt, now - WATCHED_MS) &&
      !shipments.some(({ draft }) => draft.trackingNumber !== null),
  );
  return [orders(ill, late), shipments(untold, unnumbered)];
}

function orders(ill: readonly OrderRow[], late: readonly OrderRow[]): Check {
  if (ill.length > 0) {
    return wrong('orders', 'warning', {
      title: `${count(ill)} of DSTNC ${ill.length === 1 ? 'needs' : 'need'} attention.`,
      detail: ill
        .slice(0, 3)
        .map(({ reference, lastError }) => `${reference}: ${(lastError ?? '').slice(0, 200)}`)
        .join(' · '),
      why: 'They are not in your shop, or DSTNC does not know what has become of them.',
      advice: 'Look the orders up on the DSTNC page, and solve what it says there.',
    });
  }
  if (late.length === 0) return fine('orders', 'The orders of DSTNC get into your shop.');
  return wrong('orders', 'warning', {
    title: `${count(late)} of DSTNC ${late.length === 1 ? 'waits' : 'wait'} to be placed in your shop.`,
    detail: named(late),
    why: 'They are sold already.',
    advice: 'Solve what else is wrong here; if nothing is, tell DSTNC.',
  });
}

function shipments(untold: readonly OrderRow[], unnumbered: readonly OrderRow[]): Check {
  if (untold.length > 0) {
    return wrong('shipments', 'warning', {
      title: `${count(untold)} that you have completed ${untold.length === 1 ? 'is' : 'are'} not known to DSTNC as shipped yet.`,
      detail: named(untold),
      why: 'DSTNC pays for what was shipped.',
      advice: 'Solve what else is wrong here; if nothing is, tell DSTNC.',
    });
  }
  if (unnumbered.length === 0) return fine('shipments', 'DSTNC knows what you have shipped.');
  return wrong('shipments', 'warning', {
    title: `${count(unnumbered)} that you have completed ${unnumbered.length === 1 ? 'has' : 'have'} no tracking number.`,
    detail: named(unnumbered),
    why: 'DSTNC pays once a parcel was scanned, and finds it by its number.',
    advice: 'Enter the numbers in the orders; DSTNC finds them by itself.',
  });
}

function count(rows: readonly OrderRow[]): string {
  return rows.length === 1 ? 'One order' : `${rows.length} orders`;
}

/** By the shop's own numbers where there are any. */
function named(rows: readonly OrderRow[]): string {
  const some = rows.slice(0, 5).map(({ storeOrderNumber, reference }) => storeOrderNumber ?? reference);
  return `${some.join(', ')}${rows.length > some.length ? ' and others' : ''}.`;
}

function isBefore(at: number | null, limit: number): boolean {
  return at !== null && at < limit;
}
