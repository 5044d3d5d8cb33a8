import { setTimeout as pause } from 'node:timers/promises';
import { orderIn } from '@dstnc/shared';
import express, { type Request, Router } from 'express';
import type { OrderCanceller } from '../../orders/order-canceller.ts';
import { orderFingerprint } from '../../orders/order-fingerprint.ts';
import type { OrderPlacer } from '../../orders/order-placer.ts';
import { orderPlacedView, orderReportView } from '../../orders/order-view.ts';
import { ORDER_LEASE_MS } from '../../orders/orders-worker.ts';
import type { OrderClaim, OrderKey, OrderRequest } from '../../storage/order-rows.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Store } from '../../stores/store.ts';
import type { StoreClient } from '../../woocommerce/store-client.ts';
import { orderAccess } from '../order-access.ts';
import { inProgress, refused, tooLate, unknownOrder, unsettled, withdrawn } from '../order-problems.ts';
import { ProblemError } from '../problem-error.ts';

/** How long DSTNC waits for an order at most, beside the request to the store that is under way then. Milliseconds. */
const PATIENCE_MS = 20_000;
/** How long a cancellation waits for its turn, in milliseconds. */
const TURN_MS = 5_000;
/** Longest `Idempotency-Key`, in characters: it is part of a key in the database. */
const LONGEST_KEY = 255;

/** What {@link placingRoutes} needs. */
export interface PlacingRouteOptions {
  readonly storage: Storage;
  readonly placer: OrderPlacer;
  readonly cancel: OrderCanceller;
  readonly clientOf: (store: Store) => StoreClient | null;
  readonly owner: string;
  readonly clock: () => number;
  /** There is something to do about an order. */
  readonly onWork: () => void;
}

/** `POST /v1/stores/:id/orders` and `…/orders/:reference/cancel`: for DSTNC alone, with an operator's token. */
export function placingRoutes(options: PlacingRouteOptions): Router {
  const { storage, placer, cancel, clientOf, owner, clock, onWork } = options;
  const { storeOf, keyOf, rowOf } = orderAccess(storage);
  const router = Router();
  const json = express.json({ type: () => true, limit: '1mb' });
  const lease = () => ({ owner, now: clock(), leaseMs: ORDER_LEASE_MS });

  router.post('/v1/stores/:id/orders', json, async (request, response) => {
    const store = await storeOf(request, response, 'operator');
    const key = idempotencyKey(request);
    const order = orderIn.parse(request.body ?? {});
    const { reference, currency, total } = order;
    const fingerprint = orderFingerprint(order);
    const asked = { storeId: store.id, reference, key, fingerprint, body: JSON.stringify(order), currency, total };
    await requireConnected(store, asked);
    requireKeys(clientOf(store));

    const begun = await storage.orders.begin(asked, lease());
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
      case 'disconnected':
        throw disconnected();
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
          case 'withdrawn':
            throw withdrawn(reference);
          case 'lost':
            throw inProgress(reference);
          case 'waiting':
            onWork();
            throw unsettled(reference, result.reason);
        }
      }
    }
  });

  router.post('/v1/stores/:id/orders/:reference/cancel', async (request, response) => {
    const store = await storeOf(request, response, 'operator');
    const key = keyOf(request, store);
    requireKeys(clientOf(store));
    const result = await cancel(store, await take(key));
    onWork();
    switch (result.kind) {
      case 'too_late':
        throw tooLate(key.reference, result.status);
      case 'unsettled':
        throw unsettled(key.reference, result.reason, result.retryAfterMs);
      case 'taken_back':
        response.json(orderReportView(await rowOf(key)));
        return;
      case 'cancelled':
        response.json(orderReportView({ ...(await rowOf(key)), status: result.status, state: 'cancelled' }));
    }
  });

  /** Of a store that is disconnecting nothing is ordered any more; what it was asked for before is told of. */
  async function requireConnected(store: Store, { reference, fingerprint }: OrderRequest): Promise<void> {
    if (store.disconnectedAt === null) return;
    const row = await storage.orders.byReference({ storeId: store.id, reference });
    if (row?.fingerprint === fingerprint && row.phase === 'placed') return;
    if (row?.fingerprint === fingerprint && row.phase === 'placing') throw inProgress(reference);
    throw disconnected();
  }

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

function requireKeys(client: StoreClient | null): void {
  if (client !== null) return;
  throw new ProblemError(409, 'store-without-keys', {
    title: 'This store takes no orders',
    detail: 'It is known by its webhooks only. Give it REST keys (Read/Write), or connect it by the plugin.',
  });
}

function disconnected(): ProblemError {
  return new ProblemError(409, 'store-disconnected', {
    title: 'This store is disconnected',
    detail: 'Nothing can be ordered from it any more.',
  });
}
