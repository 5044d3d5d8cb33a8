import { type OrderIn, placesOf, readDecimal, writeDecimal } from '@dstnc/shared';
import { isCountry } from './countries.ts';
import { type OrderRefusal, totalDiffers, unknownCountry } from './order-refusal.ts';

/** Why an order can't be placed, as far as that can be said without asking the store; null: it may be. */
export function refusedAtSight(order: OrderIn): OrderRefusal | null {
  for (const { country } of [order.billing, order.shipping ?? order.billing]) {
    if (!isCountry(country)) return unknownCountry(country);
  }
  const parts = [...order.lines, ...order.shippingLines].flatMap(({ total, totalTax }) => [total, totalTax]);
  const sum = parts.reduce((all, part) => all + (readDecimal(part) ?? 0n), 0n);
  const places = placesOf(order.total);
  const [got, wanted] = [writeDecimal(sum, places), writeDecimal(readDecimal(order.total) ?? 0n, places)];
  return got === wanted ? null : totalDiffers(order.total, got);
}
