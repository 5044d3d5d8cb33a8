import { setTimeout as pause } from 'node:timers/promises';
import { orderIn, orderReference, placesOf, readDecimal, writeDecimal } from '@dstnc/shared';
import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { cancelOrder } from '../../orders/cancel-order.ts';
import { isCountry } from '../../orders/countries.ts';
import { orderFingerprint } from '../../orders/order-fingerprint.ts';
import type { OrderPlacer } from '../../orders/order-placer.ts';
import { type OrderRefusal, totalDiffers, unknownCountry, wrongCurrency } from '../../orders/order-refusal.ts';
import { orderListView, orderPlacedView, orderReportView } from '../../orders/order-view.ts';
import { ORDER_LEASE_MS } from '../../orders/orders-worker.ts';
import type { OrderClaim, OrderKey, OrderRow } from '../../storage/order-rows.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Store } from '../../stores/store.ts';
import type { OrderApis } from '../../woocommerce/orders/order-apis.ts';
import type { StoreClient } from '../../woocommerce/store-client.ts';
import { callerOf } from '../authenticate.ts';
import { ProblemError } from '../problem-error.ts';
import { unknownStore } from '../unknown-store.ts';

/** How long DSTNC waits for an order at most, beside the request to the store that is under way then. Milliseconds. */
const PATIENCE_MS = 20_000;
/** How long a cancellation that was asked for may still be under way, in milliseconds: see orders/place-by-api.ts. */
const CANCELLATION_MS = 150_000;
/** How long a cancellation waits for its turn, in milliseconds. */
const TURN_MS = 5_000;
/** Longest `Idempotency-Key`, in characters: it is part of a key in the database. */
const LONGEST_KEY = 255;

/** What {@link orderRoutes} needs. */
export interface OrderRouteOptions {
  readonly storage: Storage;
  readonly placer: OrderPlacer;
  readonly clientOf: (store: Store) => StoreClient | null;
  readonly apis: OrderApis;
  readonly owner: string;
  readonly clock: () => number;
  /** There is something to do about an order. */
  readonly onWork: () => void;
}

const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(25),
  before: z.string().max(200).optional(),
});

/** `/v1/stores/:id/orders…`: placing and cancelling is DSTNC's, with an operator's token; the store may see and send again its own. */
export function orderRoutes(options: OrderRouteOptions): Router {
  const { storage, placer, clientOf, apis, owner, clock, onWork } = options;
  const router = Router();
  const json = express.json({ type: () => true, limit: '1mb' });

  /** Whose token isn't that store's is told that there is none. */
  async function storeOf(request: Request, response: Response, by: 'both' | 'operator'): Promise<Store> {
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
  }

  function keyOf(request: Request, store: Store): OrderKey {
    const reference = orderReference.safeParse(String(request.params.reference));
    if (!reference.success) throw unknownOrder();
    return { storeId: store.id, reference: reference.data };
  }

  async function rowOf(key: OrderKey): Promise<OrderRow> {
    const row = await storage.orders.byReference(key);
    if (row === null) throw unknownOrder();
    return row;
  }

  const lease = () => ({ owner, now: clock(), leaseMs: ORDER_LEASE_MS });

  router.post('/v1/stores/:id/orders', json, async (request, response) => {
    const store = await storeOf(request, response, 'operator');
    const key = idempotencyKey(request);
    const order = orderIn.parse(request.body ?? {});
    requireKeys(store, clientOf(store));
    const refusal = refusedAtSight(store, order);
    if (refusal !== null) throw refused(refusal);

    const { reference, currency, total } = order;
    const begun = await storage.orders.begin(
      {
        storeId: store.id,
        reference,
        key,
        fingerprint: orderFingerprint(order),
        body: JSON.stringify(order),
        currency,
        total,
      },
      lease(),
    );
    switch (begun.kind) {
      case 'key_reused':
        throw new ProblemError(422, 'idempotency-key-reused', {
          title: 'This Idempotency-Key came with another request before',
          detail: 'Give every order a key of its own, and repeat it with that.',
        });
      case 'reference_reused':
        throw new ProblemError(422, 'reference-reused', {
          title: 'This reference stands for another order',
          detail: `There is an order ${reference} already, and it is another one. Every order needs a reference of its own.`,
        });
      case 'in_progress':
        throw inProgress(reference);
      case 'known':
        if (begun.row.phase === 'withdrawn') throw withdrawn(reference);
        response.status(200).json(orderPlacedView(begun.row));
        return;
      case 'claimed': {
        const result = await placer.place(store, begun.claim, PATIENCE_MS);
        switch (result.kind) {
          case 'placed': {
            onWork();
            response.status(201).json(orderPlacedView(await rowOf(begun.claim)));
            return;
          }
          case 'refused':
            throw refused(result.refusal);
          case 'lost':
            throw inProgress(reference);
          case 'waiting':
            onWork();
            throw unsettled(reference, result.reason);
        }
      }
    }
  });

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

  router.post('/v1/stores/:id/orders/:reference/cancel', async (request, response) => {
    const store = await storeOf(request, response, 'operator');
    const key = keyOf(request, store);
    const client = requireKeys(store, clientOf(store));
    const claim = await take(key);
    const answer = await cancel(store, claim, client);
    response.json(answer);
  });

  /** Whoever is at it is mostly done in a moment. */
  async function take(key: OrderKey): Promise<OrderClaim> {
    for (const until = performance.now() + TURN_MS; ; ) {
      const claim = await storage.orders.take(key, lease());
      if (claim === null) throw unknownOrder();
      if (claim !== 'in_progress') return claim;
      if (performance.now() > until) throw inProgress(key.reference);
      await pause(50);
    }
  }

  /** Gives the claim back, whatever comes. */
  async function cancel(store: Store, claim: OrderClaim, client: StoreClient): Promise<unknown> {
    const { phase, progress, reference } = claim;
    if (phase === 'refused' || phase === 'withdrawn') {
      await storage.orders.finish(
        claim,
        { facts: { phase: 'withdrawn' }, dueAt: claim.dueAt, what: 'taken back by DSTNC' },
        clock(),
      );
      return orderReportView(await rowOf(claim));
    }
    if (phase === 'placing') {
      const untouched = progress.createdAt === undefined && progress.inDoubt !== true;
      const facts = untouched ? { facts: { phase: 'withdrawn' as const }, what: 'taken back by DSTNC' } : {};
      await storage.orders.finish(claim, { ...facts, dueAt: untouched ? null : clock() }, clock());
      if (!untouched) throw inProgress(reference);
      return orderReportView(await rowOf(claim));
    }
    const api = apis(store, progress.via === 'legacy' ? 'legacy' : 'api');
    if (api === null) throw new TypeError('a store with keys has an API');
    const askedAt = progress.cancelledAt;
    const pending = askedAt !== undefined && clock() - askedAt < CANCELLATION_MS;
    if (!pending)
      await storage.orders.save(
        claim,
        { progress: { ...progress, cancelledAt: clock() } },
        clock(),
        'DSTNC asks to cancel it',
      );
    const done = await cancelOrder({ client, api, pending }, store, claim).catch(async (error: unknown) => {
      await storage.orders.finish(claim, { dueAt: clock() }, clock());
      throw error;
    });
    const over = done.kind !== 'failure' || (!done.mayHaveRun && !pending);
    const { cancelledAt: _asked, ...settled } = progress;
    const facts = {
      ...(over && { progress: settled }),
      ...(done.kind !== 'failure' && { status: done.status }),
    };
    await storage.orders.finish(
      claim,
      { facts, dueAt: clock(), ...(done.kind === 'cancelled' && { what: 'cancelled for DSTNC' }) },
      clock(),
    );
    onWork();
    if (done.kind === 'too_late') throw tooLate(reference, done.status);
    if (done.kind === 'failure') throw unsettled(reference, done.reason, done.retryAfterMs);
    return orderReportView({ ...(await rowOf(claim)), status: done.status, state: 'cancelled' });
  }

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

function idempotencyKey(request: Request): string {
  const key = request.get('idempotency-key')?.trim() ?? '';
  if (key !== '' && key.length <= LONGEST_KEY && /^[\x21-\x7e]+$/.test(key)) return key;
  throw new ProblemError(400, 'idempotency-key-missing', {
    title: 'This needs an Idempotency-Key',
    detail: `Send the header "Idempotency-Key" with every order: 1 to ${LONGEST_KEY} printable characters, the same for every try of the same order.`,
  });
}

/** What can be said without asking the store. */
function refusedAtSight(store: Store, order: z.infer<typeof orderIn>): OrderRefusal | null {
  if (store.currency !== null && store.currency !== order.currency)
    return wrongCurrency(order.currency, store.currency);
  for (const { country } of [order.billing, order.shipping ?? order.billing]) {
    if (!isCountry(country)) return unknownCountry(country);
  }
  const parts = [...order.lines, ...order.shippingLines].flatMap(({ total, totalTax }) => [total, totalTax]);
  const sum = parts.reduce((all, part) => all + (readDecimal(part) ?? 0n), 0n);
  const places = placesOf(order.total);
  const [got, wanted] = [writeDecimal(sum, places), writeDecimal(readDecimal(order.total) ?? 0n, places)];
  return got === wanted ? null : totalDiffers(order.total, got);
}

function requireKeys(store: Store, client: StoreClient | null): StoreClient {
  if (store.disconnectedAt !== null) {
    throw new ProblemError(409, 'store-disconnected', {
      title: 'This store is disconnected',
      detail: 'Nothing can be ordered from it any more.',
    });
  }
  if (client === null) {
    throw new ProblemError(409, 'store-without-keys', {
      title: 'This store takes no orders',
      detail: 'It is known by its webhooks only. Give it REST keys (Read/Write), or connect it by the plugin.',
    });
  }
  return client;
}

function refused({ type, title, detail, more }: OrderRefusal): ProblemError {
  return new ProblemError(422, type, { title, detail, more: { ...more } });
}

function inProgress(reference: string): ProblemError {
  return new ProblemError(409, 'order-in-progress', {
    title: 'The order is being placed',
    detail: `Order ${reference} is being worked on. Send the same again in a moment.`,
    retryAfter: 1,
  });
}

function withdrawn(reference: string): ProblemError {
  return new ProblemError(409, 'order-withdrawn', {
    title: 'The order was taken back',
    detail: `Order ${reference} was cancelled before it was placed. Order anew under another reference.`,
  });
}

function unsettled(reference: string, reason: string, retryAfterMs = 5_000): ProblemError {
  return new ProblemError(503, 'order-unsettled', {
    title: "The store hasn't answered yet",
    detail: `It is not known yet what the store has done about order ${reference}: ${reason} It is gone on with; send the same again later, or look it up.`,
    retryAfter: Math.max(1, Math.ceil(retryAfterMs / 1_000)),
  });
}

function tooLate(reference: string, status: string): ProblemError {
  const what =
    status === 'refunded' ? 'the vendor has refunded it' : 'the vendor has completed it, so it is on its way';
  return new ProblemError(409, 'too-late', {
    title: 'It is too late to cancel the order',
    detail: `Order ${reference} can't be cancelled any more: ${what}. Ask the vendor.`,
    more: { storeStatus: status },
  });
}

function unknownOrder(): ProblemError {
  return new ProblemError(404, 'unknown-order', {
    title: 'There is no such order',
    detail: 'No order of that reference was asked for in this store.',
  });
}
