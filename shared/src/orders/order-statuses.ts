/** In these nothing goes out yet, whatever is noted in the order. */
const WAITING = new Set(['pending', 'on-hold', 'checkout-draft', 'auto-draft']);

/** Whether an order of this status of WooCommerce's waits for something else before it is shipped. */
export function isWaiting(status: string): boolean {
  return WAITING.has(status);
}

/** Whether it is to be shipped: what was completed and is so again was opened anew. Other plugins' statuses are not known to be that. */
export function isOpen(status: string): boolean {
  return status === 'processing' || isWaiting(status);
}

/** Whether it is only put away, in the bin or as failed: it won't be shipped, and if it was, that stays as it is. */
export function isPutAway(status: string): boolean {
  return status === 'trash' || status === 'failed';
}

/** Whether nothing more is to become of it, as far as the vendor is concerned. A completed one may get its number yet. */
export function isOver(status: string): boolean {
  return status === 'cancelled' || status === 'refunded' || isPutAway(status);
}
