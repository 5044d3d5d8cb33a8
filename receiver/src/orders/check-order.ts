import type { OrderIn } from '@dstnc/shared';
import { parseExternalId } from '@dstnc/shared';
import { buildListing, type ListingContext } from '../catalog/build-listing.ts';
import type { GroupReader, GroupReading } from '../catalog/group-reader.ts';
import type { ListingItem } from '../catalog/listing-draft.ts';
import type { Store } from '../stores/store.ts';
import { notPurchasable, type OrderRefusal, productGone, tooFew, wrongCurrency } from './order-refusal.ts';

/** What the store says now about what is ordered. */
export type OrderCheck =
  | { readonly kind: 'fine' }
  | { readonly kind: 'refused'; readonly refusal: OrderRefusal }
  | { readonly kind: 'failure'; readonly reason: string; readonly retryAfterMs?: number };

/** Products that are read at a time. */
const AT_ONCE = 4;

/** See {@link checkOrder}. */
export interface CheckTools {
  readonly reader: GroupReader;
  readonly contextOf: (store: Store) => Promise<ListingContext>;
  readonly refreshCurrency: (store: Store) => Promise<string | null>;
}

/**
 * Whether everything that is ordered can be bought now, in that currency: by the very rules and words that its listing is made with, so that
 * what is offered can be ordered, on a fresh read. What several lines take from the same stock is added up.
 */
export async function checkOrder(
  { reader, contextOf, refreshCurrency }: CheckTools,
  store: Store,
  { lines, currency }: Pick<OrderIn, 'lines' | 'currency'>,
): Promise<OrderCheck> {
  const [sold, context] = await Promise.all([refreshCurrency(store), contextOf(store)]);
  // WooCommerce takes an order in any currency, and its figures for what they are.
  if (sold !== null && sold !== currency) return refused(wrongCurrency(currency, sold));
  const groupIds = [...new Set(lines.map(({ externalId }) => parseExternalId(externalId)?.productId ?? 0))];
  const readings = new Map<number, GroupReading>();
  const left = groupIds.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const groupId of left) readings.set(groupId, await reader.read(store, { storeId: store.id, groupId }));
    }),
  );

  const wantedOf = new Map<string, number>();
  for (const { externalId, quantity } of lines) {
    const reading = readings.get(parseExternalId(externalId)?.productId ?? 0);
    if (reading === undefined || reading.kind === 'unseen') return refused(productGone(externalId));
    if (reading.kind === 'failure') {
      const { reason, retryAfterMs } = reading;
      return { kind: 'failure', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) };
    }
    if (reading.kind !== 'group') return refused(productGone(externalId));
    const listing = buildListing(reading.snapshot, context);
    const item = listing.items.find((one) => one.externalId === externalId);
    if (item === undefined) return refused(productGone(externalId));
    if (listing.product.state !== 'active')
      return refused(notPurchasable(externalId, `the product is hidden (${listing.product.stateReason ?? 'hidden'})`));
    const refusal = refusalOf(item, quantity, wantedOf);
    if (refusal !== null) return refused(refusal);
  }
  return { kind: 'fine' };
}

/** @param wantedOf what was taken from each pool by the lines before; this one's is added */
function refusalOf(item: ListingItem, quantity: number, wantedOf: Map<string, number>): OrderRefusal | null {
  const { externalId, variant, because, omitted } = item;
  if (variant === null) return notPurchasable(externalId, omitted ?? because);
  const { inventory } = variant;
  const pool = inventory.poolId ?? externalId;
  const wanted = (wantedOf.get(pool) ?? 0) + quantity;
  wantedOf.set(pool, wanted);
  if (inventory.rule === 2 && !inventory.purchasable) return notPurchasable(externalId, because);
  const available = inventory.quantity ?? Number.POSITIVE_INFINITY;
  // Purchasable with nothing in stock: on backorder, which the store's settings let DSTNC sell.
  if (wanted <= available || (inventory.purchasable && available === 0)) return null;
  return tooFew(externalId, wanted, available);
}

function refused(refusal: OrderRefusal): OrderCheck {
  return { kind: 'refused', refusal };
}
