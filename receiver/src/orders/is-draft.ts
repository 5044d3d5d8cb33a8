import type { FoundOrder } from '../woocommerce/orders/order-api.ts';

/** Not an order yet to anybody but us. */
export function isDraft({ status }: Pick<FoundOrder, 'status'>): boolean {
  return status === 'pending' || status === 'checkout-draft' || status === 'auto-draft';
}
