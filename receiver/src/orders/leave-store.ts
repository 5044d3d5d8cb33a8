import type { OrderClaim, OrderEnd } from '../storage/order-rows.ts';
import type { Store } from '../stores/store.ts';
import { isUntouched } from './is-untouched.ts';
import { nextLook } from './next-look.ts';
import { storeDisconnected } from './order-refusal.ts';

/** How long an order may hold up a store that is disconnecting, in milliseconds: as long as tracking is looked for. */
const LONGEST_MS = 14 * 86_400_000;

/**
 * How an order ends without a look at its store, since that is disconnecting. What the store was never asked for is refused, and what is
 * shipped with a number or cancelled, as DSTNC knows, is done. What else is there, or may be, is gone on with as ever until it is shipped or cancelled, as long as the store's keys open it: for 14 days at most, and no
 * longer than `staleAfter` with dead keys.
 *
 * @returns null: it is gone on with
 */
export function leaveStore(
  { disconnectedAt, credentials, flags, settings }: Store,
  claim: Pick<OrderClaim, 'phase' | 'progress' | 'status' | 'shipments' | 'change' | 'placedAt' | 'completedAt'>,
  now: number,
): OrderEnd | null {
  if (disconnectedAt === null) return null;
  const { phase, progress } = claim;
  if (phase === 'placing' && isUntouched(progress)) {
    const { detail } = storeDisconnected();
    return { facts: { phase: 'refused', progress: {}, lastError: detail }, dueAt: null, what: `is refused: ${detail}` };
  }
  // Without a look at the shop, whose keys may be gone by now.
  if (phase === 'placed' && isSettled(claim, now)) return { dueAt: null };
  const deadSince = flags.credentials_invalid?.since;
  const dead = credentials === null || (deadSince !== undefined && now - deadSince > settings.staleAfter * 1_000);
  if (!dead && now - disconnectedAt <= LONGEST_MS) return null;
  return {
    dueAt: null,
    what: 'is not followed any more: its store is disconnected',
    ...(phase === 'placing' && {
      facts: {
        lastError:
          'The store was disconnected before it was known whether it has the order. Once it is connected again, send the same order again.',
      },
    }),
  };
}

/** DSTNC knows all that there is to know, and nothing more is looked for. */
function isSettled(
  claim: Pick<OrderClaim, 'progress' | 'status' | 'shipments' | 'change' | 'placedAt' | 'completedAt'>,
  now: number,
): boolean {
  const { shipments, change, progress } = claim;
  const told = [...shipments, ...(change === null ? [] : [change])];
  if (progress.unwantedAt !== undefined || (progress.looks ?? []).length > 0 || nextLook(claim, now, true) !== null)
    return false;
  return told.every(({ acceptedRev, rejected }) => acceptedRev !== null || rejected !== undefined);
}
