import type { OrderClaim, PlacingProgress } from '../storage/order-rows.ts';
import type { OrderApi } from '../woocommerce/orders/order-api.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import { clearDrafts } from './clear-drafts.ts';
import { isDraft } from './is-draft.ts';

/** What came of a look for stragglers. */
export type StragglerLook =
  | { readonly ok: true; readonly progress: PlacingProgress; readonly removed: readonly number[] }
  | { readonly ok: false; readonly failure: StoreFailure };

/** Whether it is time to look. */
export function isLookDue({ progress }: Pick<OrderClaim, 'progress'>, now: number): boolean {
  return (progress.looks ?? []).some((at) => at <= now);
}

/** Deletes what a creation without an answer has brought into being since: pending orders with this reference, but for the chosen one. */
export async function removeStragglers(api: OrderApi, claim: OrderClaim, now: number): Promise<StragglerLook> {
  const { reference, progress, phase } = claim;
  const found = await api.find(reference, progress);
  if (!found.ok) return found;
  const kept = phase === 'placed' ? claim.storeOrderId : null;
  const removed = found.value.filter((one) => one.id !== kept && isDraft(one)).map(({ id }) => id);
  const gone = await clearDrafts(api, progress, removed);
  if (!gone.ok) return gone;
  const looks = (progress.looks ?? []).filter((at) => at > now);
  return { ok: true, progress: { ...progress, looks }, removed };
}
