import type { OrderFacts } from '../storage/order-rows.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long after an order's completion its tracking is looked for, and how long an order that is not completed is watched. */
const [TRACKING_MS, OPEN_MS] = [14 * DAY, 90 * DAY];

/**
 * When an order is to be read again though nobody told of a change, milliseconds since 1970; null: not by itself any more.
 *
 * Tracking that is added later, or corrected, may fire nothing at all in the shop (a meta value, with HPOS off), and a completion may be
 * missed where there are no webhooks. So the times between two looks grow with the time that has passed: a tenth of it at first, and hours in
 * the end. What is on its way with a number is looked at less often.
 *
 * @param leaving the store is disconnecting: only what is not settled yet is waited for
 */
export function nextLook(
  facts: Pick<OrderFacts, 'status' | 'shipments' | 'placedAt' | 'completedAt'>,
  now: number,
  leaving = false,
): number | null {
  const { status, shipments, placedAt, completedAt } = facts;
  if (status === 'cancelled' || status === 'refunded' || status === 'trash' || status === 'failed') return null;
  if (completedAt === null) {
    const age = now - (placedAt ?? now);
    return age > OPEN_MS ? null : now + between(age / 10, 10 * MINUTE, 6 * HOUR);
  }
  const age = now - completedAt;
  if (age > TRACKING_MS) return null;
  const numbered =
    shipments.length > 0 && shipments.every(({ draft }) => draft.trackingNumber !== null || draft.lines?.length === 0);
  if (numbered && leaving) return null;
  return now + (numbered ? between(age / 2, HOUR, DAY) : between(age / 4, 5 * MINUTE, 6 * HOUR));
}

function between(ms: number, least: number, most: number): number {
  return Math.round(Math.min(most, Math.max(least, ms)));
}
