import type { PlacingProgress } from '../storage/order-rows.ts';

/** Whether the store was never asked for an order yet: nothing of it can be there, or come into being. */
export function isUntouched({ createdAt, inDoubt }: PlacingProgress): boolean {
  return createdAt === undefined && inDoubt !== true;
}
