import { isOpen, isPutAway, type OrderState } from '@dstnc/shared';
import type { OrderFacts } from '../storage/order-rows.ts';
import { isRevived } from './is-revived.ts';

/** An order's state in one word for people: what somebody has to look at goes before all else. */
export function orderStateOf(facts: OrderFacts): OrderState {
  const { phase, shipments, change } = facts;
  if (phase === 'refused') return 'attention';
  if (phase === 'withdrawn') return 'cancelled';
  const told = change === null ? shipments : [...shipments, change];
  if (told.some(({ rejected }) => rejected !== undefined)) return 'attention';
  // What is said of it is said only once it doesn't get on: see order-placer.ts.
  if (phase === 'placing') return facts.lastError === null ? 'placing' : 'attention';
  if (isRevived(facts)) return 'attention';
  if (change?.draft.status === 'cancelled') return 'cancelled';
  if (change?.draft.status === 'refunded') return 'refunded';
  if (facts.lastError !== null) return 'attention';
  const done = isDone(facts);
  const known = shipments.every(({ acceptedRev }) => acceptedRev !== null);
  // Before that, a parcel that names its contents may be a part of it.
  const whole = shipments.some(({ draft: { lines } }) => lines === null || (done && lines.length > 0));
  if (known && whole) return 'shipped';
  return done ? 'completed' : 'placed';
}

/** Whether the vendor has nothing more to do about it. */
function isDone({ status, completedAt }: OrderFacts): boolean {
  if (status === null || isOpen(status)) return false;
  return status === 'completed' || isPutAway(status) || completedAt !== null;
}
