import { isOver } from '@dstnc/shared';
import type { OrderFacts } from '../storage/order-rows.ts';

/** Whether the vendor has taken up an order again that DSTNC was told is cancelled: the contract has no word for that. */
export function isRevived({ status, change }: Pick<OrderFacts, 'status' | 'change'>): boolean {
  return status !== null && !isOver(status) && change?.draft.status === 'cancelled';
}
