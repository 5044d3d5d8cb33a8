import { isOver } from '@dstnc/shared';
import type { OrderFacts } from '../storage/order-rows.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/**
 * How long after an order's completion its tracking is looked for, how long an order that is not completed is watched, and how long one
 * that DSTNC was told is over.
 */
const [TRACKING_MS, OPEN_MS, OVER_MS] = [14 * DAY, 90 * DAY, 2 * DAY];

/**
 * When an order is to be read again though nobody told of a change, milliseconds since 1970; null: not by itself any more.
 *
 * Tracking that is added later, or corrected, may fire nothing at all in the shop (a meta value, with HPOS off), and where there are no
 * webhooks for it, a completion may be missed, or that the vendor takes back a cancellation. So the times between two looks grow with the time
 * that has passed: a tenth of it at first, and hours in the end. What is on its way with a number is looked at less often.
 *
 * @param leaving the store is disconnecting: only what is not settled yet is waited for
 */
export function nextLook(
  facts: Pick<OrderFacts, 'status' | 'shipments' | 'change' | 'placedAt' | 'completedAt'>,
  now: number,
  leaving = false,
): number | null {
  const { status, shipments, change, placedAt, completedAt } = facts;
  if (status !== null && isOver(status)) {
    const age = now - (change?.acceptedAt ?? 0);
    return leaving || age > OVER_MS ? null : now + between(age / 4, 10 * MINUTE, 6 * HOUR);
  }
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
