import { createHash } from 'node:crypto';
import type { OrderKey } from '../storage/order-rows.ts';

/**
 * The e-mail address that stands in an order in place of the shopper's: one of DSTNC's for each order. WooCommerce writes to it what it
 * would write to a customer.
 *
 * @param domain `ORDER_EMAIL_DOMAIN`
 */
export function orderAlias({ storeId, reference }: OrderKey, domain: string): string {
  const name = createHash('sha256').update(`${storeId}\n${reference}`).digest('hex').slice(0, 20);
  return `order-${name}@${domain}`;
}
