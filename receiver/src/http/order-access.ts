import { orderReference } from '@dstnc/shared';
import type { Request, Response } from 'express';
import type { OrderKey, OrderRow } from '../storage/order-rows.ts';
import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import { callerOf } from './authenticate.ts';
import { unknownOrder } from './order-problems.ts';
import { ProblemError } from './problem-error.ts';
import { unknownStore } from './unknown-store.ts';

/** Every route's way to a store and its orders. */
export interface OrderAccess {
  /**
   * @param by `operator`: not for stores
   * @throws ProblemError: 403, or 404 to whose token isn't that store's: for them there is none
   */
  storeOf(request: Request, response: Response, by: 'both' | 'operator'): Promise<Store>;
  /** @throws ProblemError: 404 for what can't be a reference */
  keyOf(request: Request, store: Store): OrderKey;
  /** @throws ProblemError: 404 */
  rowOf(key: OrderKey): Promise<OrderRow>;
}

/** See {@link OrderAccess}. */
export function orderAccess(storage: Pick<Storage, 'stores' | 'orders'>): OrderAccess {
  return {
    async storeOf(request, response, by) {
      const id = String(request.params.id);
      const caller = callerOf(response);
      if (caller.kind === 'store' && by === 'operator') {
        throw new ProblemError(403, 'operators-only', {
          title: 'This is for DSTNC',
          detail: "A store's token is good for looking at its orders, and for sending them again.",
        });
      }
      const store = caller.kind === 'operator' || caller.storeId === id ? await storage.stores.byId(id) : null;
      if (store === null) throw unknownStore();
      return store;
    },
    keyOf(request, store) {
      const reference = orderReference.safeParse(String(request.params.reference));
      if (!reference.success) throw unknownOrder();
      return { storeId: store.id, reference: reference.data };
    },
    async rowOf(key) {
      const row = await storage.orders.byReference(key);
      if (row === null) throw unknownOrder();
      return row;
    },
  };
}
