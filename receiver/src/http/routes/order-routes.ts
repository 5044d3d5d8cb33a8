import { Router } from 'express';
import { z } from 'zod';
import { orderListView, orderReportView } from '../../orders/order-view.ts';
import type { Storage } from '../../storage/storage.ts';
import { callerOf } from '../authenticate.ts';
import { orderAccess } from '../order-access.ts';
import { unknownOrder } from '../order-problems.ts';
import { ProblemError } from '../problem-error.ts';

/** What {@link orderRoutes} needs. */
export interface OrderRouteOptions {
  readonly storage: Storage;
  readonly clock: () => number;
  /** There is something to do about an order. */
  readonly onWork: () => void;
}

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  before: z.string().max(200).optional(),
});

/** `/v1/stores/:id/orders…`, as far as it is for people: the store may see, and send again, its own. Placing is in placing-routes.ts. */
export function orderRoutes({ storage, clock, onWork }: OrderRouteOptions): Router {
  const { storeOf, keyOf, rowOf } = orderAccess(storage);
  const router = Router();

  router.get('/v1/stores/:id/orders', async (request, response) => {
    const store = await storeOf(request, response, 'both');
    const { limit, before } = listQuery.parse(request.query);
    const [page, counts] = await Promise.all([
      storage.orders.list(store.id, { limit, ...(before !== undefined && { before }) }),
      storage.orders.counts(store.id),
    ]);
    response.set('Cache-Control', 'no-store').json(orderListView(page, counts));
  });

  router.get('/v1/stores/:id/orders/:reference', async (request, response) => {
    const store = await storeOf(request, response, 'both');
    response.set('Cache-Control', 'no-store').json(orderReportView(await rowOf(keyOf(request, store))));
  });

  router.post('/v1/stores/:id/orders/:reference/resend', async (request, response) => {
    const store = await storeOf(request, response, 'both');
    const key = keyOf(request, store);
    const by = callerOf(response).kind === 'operator' ? 'an operator' : 'the vendor';
    if (!(await storage.orders.resend(key, `sent again for ${by}`, clock()))) throw unknownOrder();
    onWork();
    response.status(202).json(orderReportView(await rowOf(key)));
  });

  router.delete('/v1/stores/:id/orders/:reference/personal-data', async (request, response) => {
    const store = await storeOf(request, response, 'operator');
    switch (await storage.orders.erase(keyOf(request, store))) {
      case 'unknown':
        throw unknownOrder();
      case 'needed':
        throw new ProblemError(409, 'order-in-progress', {
          title: 'The order is being placed',
          detail: 'Its addresses are needed until it is in the store. Cancel it, or erase them then.',
        });
      case 'erased':
        response.status(204).end();
    }
  });

  return router;
}
