import type { OrderState } from '@dstnc/shared';
import type { OrderFacts } from '../storage/order-rows.ts';

/** An order's state in one word for people: what somebody has to look at goes before all else. */
export function orderStateOf(facts: OrderFacts): OrderState {
  const { phase, status, shipments, change } = facts;
  if (phase === 'refused') return 'attention';
  if (phase === 'withdrawn') return 'cancelled';
  const told = change === null ? shipments : [...shipments, change];
  if (told.some(({ rejected }) => rejected !== undefined)) return 'attention';
  // What is said of it is said only once it doesn't get on: see order-placer.ts.
  if (phase === 'placing') return facts.lastError === null ? 'placing' : 'attention';
  if (change?.draft.status === 'cancelled') return 'cancelled';
  if (change?.draft.status === 'refunded') return 'refunded';
  if (facts.lastError !== null) return 'attention';
  const known = shipments.every(({ acceptedRev }) => acceptedRev !== null);
  // Before it is completed, a parcel that names its contents may be a part of it.
  const whole = shipments.some(
    ({ draft: { lines } }) => lines === null || (status === 'completed' && lines.length > 0),
  );
  if (known && whole) return 'shipped';
  return status === 'completed' ? 'completed' : 'placed';
}
