import type { OrderRefusal } from '../orders/order-refusal.ts';
import { ProblemError } from './problem-error.ts';

/** Why an order can't be cancelled any more, by the status that it has in the store. */
const TOO_LATE: Readonly<Record<string, string>> = {
  completed: 'the vendor has completed it, so it is on its way. Ask the vendor',
  refunded: 'the vendor has refunded it already',
  trash: 'the vendor has thrown it away. It counts as cancelled, and is not shipped',
};

/** Nothing of the order is, or stays, in the store. */
export function refused({ type, title, detail, more }: OrderRefusal): ProblemError {
  return new ProblemError(422, type, { title, detail, more: { ...more } });
}

/** Somebody is at it. */
export function inProgress(reference: string): ProblemError {
  return new ProblemError(409, 'order-in-progress', {
    title: 'The order is being placed',
    detail: `Order ${reference} is being worked on. Send the same again in a moment.`,
    retryAfter: 1,
  });
}

/** DSTNC took it back before it was placed: its reference is used up. */
export function withdrawn(reference: string): ProblemError {
  return new ProblemError(409, 'order-withdrawn', {
    title: 'The order was taken back',
    detail: `Order ${reference} was cancelled before it was placed. Order anew under another reference.`,
  });
}

/** What the store has done is not known, and found out by itself. */
export function unsettled(reference: string, reason: string, retryAfterMs = 5_000): ProblemError {
  return new ProblemError(503, 'order-unsettled', {
    title: "The store hasn't answered yet",
    detail: `It is not known yet what the store has done about order ${reference}: ${reason.replace(/\.?$/, '.')} It is gone on with; send the same again later, or look it up.`,
    retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
  });
}

/** DSTNC wants it cancelled, and the vendor was faster. */
export function tooLate(reference: string, status: string): ProblemError {
  const what = TOO_LATE[status] ?? `its status in the store is "${status}"`;
  return new ProblemError(409, 'too-late', {
    title: 'It is too late to cancel the order',
    detail: `Order ${reference} can't be cancelled any more: ${what}.`,
    more: { storeStatus: status },
  });
}

/** There is none of that reference. */
export function unknownOrder(): ProblemError {
  return new ProblemError(404, 'unknown-order', {
    title: 'There is no such order',
    detail: 'No order of that reference was asked for in this store.',
  });
}
