import {
  type ChangingOrder,
  isOpen,
  type NumberedShipment,
  type OrderView,
  orderChangeOf,
  orderShipments,
} from '@dstnc/shared';
import type { OrderTarget, SendOutcome } from '../delivery/target.ts';
import type { HeldChange, HeldShipment, OrderClaim, OrderEnd, OrderFacts, Told } from '../storage/order-rows.ts';
import type { Store } from '../stores/store.ts';
import type { OrderAnswer } from '../woocommerce/orders/order-api.ts';
import { isRevived } from './is-revived.ts';
import { nextLook } from './next-look.ts';
import { factsOf } from './placing.ts';

/** What {@link syncOrder} works with. */
export interface SyncTools {
  /** @returns null: the store doesn't have it any more */
  readonly read: (store: Store, claim: OrderClaim) => Promise<OrderAnswer<OrderView | null>>;
  readonly target: OrderTarget;
  readonly clock: () => number;
  readonly backoffMs: (attempts: number) => number;
}

/** How a look at an order ended, and what it says about DSTNC and the store. */
export interface SyncResult {
  readonly end: OrderEnd;
  /** Why the store could not be read; null: it could. */
  readonly storeDown: { readonly reason: string; readonly retryAfterMs: number } | null;
  /** Null: nothing had to be sent. */
  readonly sent: Exclude<SendOutcome, { kind: 'stale' }> | { readonly kind: 'stale' } | null;
  /** How long after its completion DSTNC took its first shipment, in milliseconds; left out where it just did nothing of the kind. */
  readonly shippedLateMs?: number;
}

/** Failed tries after which people see why. */
const PATIENCE = 10;
/** The same of a cancellation, in milliseconds. */
const CANCELLING_MS = 10 * 60_000;

/** Reads an order that is in the store, works out what has become of it, and makes DSTNC agree. */
export async function syncOrder(tools: SyncTools, store: Store, claim: OrderClaim): Promise<SyncResult> {
  const { clock } = tools;
  const reading = await tools.read(store, claim);
  if (!reading.ok) {
    const { message, retryAfterMs = 0 } = reading.failure;
    const waitMs = Math.max(retryAfterMs, slowly(tools, claim));
    return {
      end: failing(claim, message, clock() + waitMs),
      storeDown: { reason: message, retryAfterMs: waitMs },
      sent: null,
    };
  }
  const facts = told(claim, reading.value);
  let sent: SyncResult['sent'] = null;
  const shipments = [...facts.shipments];
  let { change } = facts;

  for (const [index, held] of shipments.entries()) {
    if (!isNews(held)) continue;
    const sentAt = clock();
    const outcome = await tools.target.putShipment(store.vendor, { ...held.draft, rev: claim.rev });
    sent = outcome;
    const after = settled(held, outcome, { rev: claim.rev, at: sentAt });
    if (after === null) return { end: notSent({ ...facts, shipments, change }, outcome), storeDown: null, sent };
    shipments[index] = after;
  }
  if (change !== null && isNews(change) && !isRevived(facts)) {
    const sentAt = clock();
    const outcome = await tools.target.putOrder(store.vendor, { ...change.draft, rev: claim.rev });
    sent = outcome;
    const after = settled(change, outcome, { rev: claim.rev, at: sentAt });
    if (after === null) return { end: notSent({ ...facts, shipments, change }, outcome), storeDown: null, sent };
    change = after;
  }

  const now = clock();
  const end = {
    facts: { ...facts, shipments, change, lastError: faultOf({ ...facts, shipments, change }, now) },
    dueAt: earliest(
      nextLook({ ...facts, shipments, change }, now, store.disconnectedAt !== null),
      ...(claim.progress.looks ?? []),
      claim.progress.cancelAt ?? null,
    ),
  };
  const what = sent === null ? whatChanged(claim, facts) : `DSTNC knows: ${describe({ ...facts, shipments, change })}`;
  const late = lateness(claim, { ...facts, shipments });
  return {
    end: { ...end, ...(what !== null && { what }) },
    storeDown: null,
    sent,
    ...(late !== null && { shippedLateMs: late }),
  };

  function notSent(facts: OrderFacts, outcome: SendOutcome): OrderEnd {
    if (outcome.kind === 'stale') {
      return {
        facts,
        dueAt: clock(),
        failed: true,
        heldRev: outcome.heldRev,
        what: 'DSTNC holds a newer version: sent again',
      };
    }
    const { reason, retryAfterMs = 0 } = outcome as Extract<SendOutcome, { kind: 'retry' }>;
    return failing(claim, reason, clock() + Math.max(retryAfterMs, slowly(tools, claim)), facts);
  }
}

/** What somebody has to see to, though all is done that can be; null: nothing. */
function faultOf(facts: OrderFacts, now: number): string | null {
  const { status, shipments, change, progress } = facts;
  const refused = [...shipments, ...(change === null ? [] : [change])].find(({ rejected }) => rejected !== undefined);
  if (refused?.rejected !== undefined) return `DSTNC refuses it: ${refused.rejected}`;
  if (progress.unwantedAt !== undefined && now - progress.unwantedAt > CANCELLING_MS)
    return 'DSTNC wants this order cancelled, and the store does not do it: it is tried again. Ask the vendor to cancel it.';
  if (!isRevived(facts)) return null;
  return `DSTNC was told that this order is cancelled, and in the store it is "${status}" now. Cancel it there, or tell DSTNC that it is not.`;
}

/** @returns null: DSTNC had a shipment before, or has none yet, or the order isn't completed */
function lateness(before: OrderClaim, { completedAt, shipments }: OrderFacts): number | null {
  const [first] = shipments.flatMap(({ acceptedAt }) => acceptedAt ?? []);
  const known = before.shipments.some(({ acceptedAt }) => acceptedAt !== null);
  return first === undefined || known || completedAt === null ? null : Math.max(0, first - completedAt);
}

function failing(claim: OrderClaim, reason: string, dueAt: number, facts: Partial<OrderFacts> = {}): OrderEnd {
  return {
    facts: { ...facts, ...(claim.attempts >= PATIENCE && { lastError: reason }) },
    dueAt,
    failed: true,
    what: `waits: ${reason}`,
  };
}

/** Half a minute between tries at first, and five in the end: nobody waits in front of it. */
function slowly({ backoffMs }: SyncTools, { attempts }: OrderClaim): number {
  return backoffMs(attempts) * (attempts > 60 ? 10 : 1);
}

/** What is known of the order by now, and what DSTNC should know. */
function told(claim: OrderClaim, view: OrderView | null): OrderFacts {
  const { phase, progress, storeOrderId, storeOrderNumber, lastError, placedAt, completedAt } = claim;
  const { shipments: before, change: changeBefore } = claim;
  const held = { phase, progress, storeOrderId, storeOrderNumber, lastError, placedAt, completedAt };
  if (view === null) {
    // Deleted for good: as in the bin, from which it has no way back.
    const gone = { reference: claim.reference, status: 'trash', lines: [], refundedTotal: '0' };
    return { ...held, status: gone.status, shipments: before, change: changed(changeBefore, gone, before) };
  }
  const order = { ...view, reference: claim.reference };
  const numbered = orderShipments(
    order,
    before.map(({ key, draft }) => ({ key, draft })),
  );
  return {
    ...held,
    ...factsOf(view),
    completedAt: completionOf(view, completedAt),
    shipments: numbered.map(({ key, draft }, index) => ({ key, ...newer(before[index] ?? null, draft) })),
    change: changed(changeBefore, order, numbered),
  };
}

/** What DSTNC should know of an order beside its shipments. */
function changed(
  before: HeldChange | null,
  order: ChangingOrder,
  shipments: readonly Pick<NumberedShipment, 'draft'>[],
): HeldChange | null {
  const draft = orderChangeOf(order, { shipments, change: before?.draft ?? null });
  if (draft === null) return null;
  const change = newer(before, draft);
  // A cancellation that DSTNC never took needs no taking back.
  return change.acceptedAt === null && isRevived({ status: order.status, change }) ? null : change;
}

/** When it was completed; null: it wasn't, or was opened again. */
function completionOf(view: OrderView, before: number | null): number | null {
  if (view.status === 'completed') return timeOf(view.dateCompleted) ?? before ?? timeOf(view.dateModified);
  return isOpen(view.status) ? null : before;
}

function timeOf(text: string | null): number | null {
  return text === null ? null : Date.parse(text);
}

/** As it was told before, if that is the same; else it has to be told. */
function newer<Draft>(before: Told<Draft> | null, draft: Draft): Told<Draft> {
  if (before !== null && JSON.stringify(before.draft) === JSON.stringify(draft)) {
    const { acceptedRev, acceptedAt, rejected } = before;
    return { draft, acceptedRev, acceptedAt, ...(rejected !== undefined && { rejected }) };
  }
  return { draft, acceptedRev: null, acceptedAt: null };
}

function isNews({ acceptedRev, rejected }: Told<unknown>): boolean {
  return acceptedRev === null && rejected === undefined;
}

/** @returns null: it isn't settled, and has to be sent again */
function settled<T extends HeldShipment | HeldChange>(
  held: T,
  outcome: SendOutcome,
  sent: { rev: number; at: number },
): T | null {
  if (outcome.kind === 'accepted') return { ...held, acceptedRev: sent.rev, acceptedAt: sent.at };
  if (outcome.kind === 'rejected') return { ...held, rejected: outcome.reason };
  return null;
}

function whatChanged(before: OrderClaim, { status }: OrderFacts): string | null {
  return status === before.status ? null : `is "${status}" in the store`;
}

function describe({ status, shipments, change }: OrderFacts): string {
  const numbers = shipments.flatMap(({ draft }) => draft.trackingNumber ?? []);
  const parts = [
    ...(shipments.length > 0
      ? [numbers.length > 0 ? `shipped with ${numbers.join(', ')}` : 'shipped without tracking']
      : []),
    ...(change === null ? [] : [change.draft.status.replace('_', ' ')]),
  ];
  return parts.length === 0 ? `"${status}" in the store` : parts.join('; ');
}

function earliest(...times: readonly (number | null)[]): number | null {
  const some = times.filter((time) => time !== null);
  return some.length === 0 ? null : Math.min(...some);
}
