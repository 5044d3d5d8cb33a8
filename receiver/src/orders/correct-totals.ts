import { type OrderIn, readDecimal, scaleDecimal, writeDecimal } from '@dstnc/shared';
import type { CorrectedLine, StoredOrder, TotalledLine } from '../woocommerce/orders/order-api.ts';

/** Digits behind the point that a corrected net total is given with: WooCommerce keeps them. */
const PLACES = 10;

/**
 * Net totals with which an order comes to what it should, gross and to the cent, at the rates by which the store has just taxed it.
 *
 * wc/v3 takes no taxes: WooCommerce makes them of the net total and the rates of the shop. So of each line the gross amount is kept, and
 * divided anew in the proportion in which the store has divided it. Where the store has no rate, the gross amount is the net one. Such a
 * net total has more digits than there are coins, so that it and its tax, each rounded, add up to the gross amount: of two parts of a
 * whole number of cents, the one is rounded up by as much as the other is rounded down.
 *
 * @returns null: the order's lines are not those that were asked for
 */
export function correctTotals(
  order: Pick<OrderIn, 'lines' | 'shippingLines'>,
  stored: Pick<StoredOrder, 'lines' | 'shipping'>,
): { items: CorrectedLine[]; shipping: CorrectedLine[] } | null {
  const items = corrected(order.lines, stored.lines);
  const shipping = corrected(order.shippingLines, stored.shipping);
  return items === null || shipping === null ? null : { items, shipping };
}

type Asked = Pick<OrderIn['lines'][number], 'total' | 'totalTax'>;

function corrected(asked: readonly Asked[], stored: readonly TotalledLine[]): CorrectedLine[] | null {
  if (asked.length !== stored.length) return null;
  return stored.map(({ lineId, productId, total, tax }, index) => {
    const { total: net = '0', totalTax = '0' } = asked[index] ?? {};
    const gross = (readDecimal(net) ?? 0n) + (readDecimal(totalTax) ?? 0n);
    const [storeNet, storeTax] = [readDecimal(total) ?? 0n, readDecimal(tax) ?? 0n];
    const whole = storeNet + storeTax;
    const fitting = whole <= 0n || storeNet <= 0n ? gross : scaleDecimal(gross, storeNet, whole);
    return { lineId, productId, total: writeDecimal(fitting, PLACES) };
  });
}
