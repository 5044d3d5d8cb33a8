import express, { type Request, Router } from 'express';
import { z } from 'zod';
import { showListing } from '../../catalog/show-listing.ts';
import type { Wakeup } from '../../queue/wakeup.ts';
import type { Storage, StoreChange, StoreMark } from '../../storage/storage.ts';
import { addStore, newStore } from '../../stores/add-store.ts';
import type { Store } from '../../stores/store.ts';
import type { StoreDirectory } from '../../stores/store-directory.ts';
import { storeView } from '../../stores/store-view.ts';
import { ProblemError } from '../problem-error.ts';

/** What {@link storeRoutes} needs. */
export interface StoreRouteOptions {
  readonly storage: Storage;
  readonly directory: StoreDirectory;
  readonly wakeup: Wakeup;
  readonly publicUrl: () => string;
  readonly allowPrivate: boolean;
  readonly clock: () => number;
  /** Removes the store if it is disconnected and withdrawn whole. */
  readonly retire: (storeId: string) => Promise<void>;
}

/** Body of `PATCH /v1/stores/:id`. */
export const storeChange = z
  .strictObject({
    language: z
      .string()
      .regex(/^[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*$/)
      .nullable()
      .optional(),
    pollSeconds: z.int().min(10).max(86_400).nullable().optional(),
    backorders: z.enum(['deny', 'allow']).optional(),
    staleAfter: z.int().min(60).optional(),
    onStale: z.enum(['keep', 'withdraw']).optional(),
    consumerKey: z.string().trim().min(1).optional(),
    consumerSecret: z.string().trim().min(1).optional(),
  })
  .refine(({ consumerKey, consumerSecret }) => (consumerKey === undefined) === (consumerSecret === undefined), {
    message: 'consumerKey and consumerSecret belong together: give both or neither',
  });

/** Most results of one search. */
const MOST_FOUND = 50;

/** `/v1/stores…`: operators add, see, set and disconnect stores, and ask why a listing is as it is. */
export function storeRoutes({
  storage,
  directory,
  wakeup,
  publicUrl,
  allowPrivate,
  clock,
  retire,
}: StoreRouteOptions): Router {
  const router = Router();
  // Whatever its content type says: `curl -d` calls JSON a form.
  const json = express.json({ type: () => true });

  async function storeOf(request: Request): Promise<Store> {
    const store = await storage.stores.byId(String(request.params.id));
    if (store === null) {
      throw new ProblemError(404, 'unknown-store', {
        title: 'There is no such store',
        detail: '`receiver stores` lists them.',
      });
    }
    return store;
  }

  /** Changes a store and marks all that is known of it, at once. @returns how many groups */
  async function changeAll(store: Store, change: StoreChange, mark: Omit<StoreMark, 'now'>): Promise<number> {
    const groups = await storage.stores.update(store.id, change, { ...mark, now: clock() });
    directory.forget();
    await wakeup.announce([{ storeId: store.id, groupId: 0 }]);
    return groups;
  }

  router.get('/v1/stores', async (_request, response) => {
    const stores = await storage.stores.list();
    response.json({ stores: stores.map((store) => storeView(store, publicUrl())) });
  });

  router.post('/v1/stores', json, async (request, response) => {
    const result = await addStore({ storage, allowPrivate, clock }, newStore.parse(request.body ?? {}));
    switch (result.kind) {
      case 'refused':
        throw new ProblemError(422, 'store-refused', { title: 'This store can not be added', detail: result.reason });
      case 'taken':
        throw new ProblemError(409, 'vendor-taken', {
          title: 'This vendor is connected already',
          detail: result.reason,
        });
      case 'added': {
        const view = storeView(result.store, publicUrl());
        response.status(201).location(`/v1/stores/${view.id}`);
        response.json({ ...view, ...(result.madeSecret !== undefined && { webhookSecret: result.madeSecret }) });
      }
    }
  });

  router.get('/v1/stores/:id', async (request, response) => {
    const store = await storeOf(request);
    const [backlog, listed] = await Promise.all([storage.groups.backlog(store.id), storage.listings.count(store.id)]);
    response.json({
      ...storeView(store, publicUrl()),
      products: listed,
      pending: backlog.dirty,
      oldestPending: backlog.oldestMarkedAt === null ? null : new Date(backlog.oldestMarkedAt).toISOString(),
    });
  });

  router.patch('/v1/stores/:id', json, async (request, response) => {
    const store = await storeOf(request);
    const { consumerKey, consumerSecret, ...given } = storeChange.parse(request.body ?? {});
    const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const settings = { ...store.settings, ...change };
    const credentials = consumerKey && consumerSecret ? { consumerKey, consumerSecret } : store.credentials;
    await changeAll(store, { settings, credentials }, { cause: 'its settings changed' });
    response.json(storeView({ ...store, settings, credentials }, publicUrl()));
  });

  router.delete('/v1/stores/:id', async (request, response) => {
    const store = await storeOf(request);
    const disconnectedAt = store.disconnectedAt ?? clock();
    const withdrawing = await changeAll(store, { disconnectedAt }, { cause: 'the store was disconnected' });
    await retire(store.id);
    response.status(202).json({ id: store.id, state: 'disconnecting', withdrawing });
  });

  router.post('/v1/stores/:id/sync', async (request, response) => {
    const store = await storeOf(request);
    const groups = await changeAll(store, {}, { cause: 'asked for by an operator', doubt: true });
    response.status(202).json({ groups });
  });

  router.delete('/v1/stores/:id/flags/:kind', async (request, response) => {
    const { id } = await storeOf(request);
    await storage.stores.flag(id, String(request.params.kind), null);
    directory.forget();
    response.status(204).end();
  });

  router.get('/v1/stores/:id/listings', async (request, response) => {
    const store = await storeOf(request);
    const words = z.string().max(200).default('').parse(request.query.search);
    const found = await storage.listings.search(store.id, words, MOST_FOUND);
    response.json({
      listings: found.map(({ externalId, groupId, title, sku }) => ({
        externalId,
        groupId: String(groupId),
        title,
        sku,
      })),
    });
  });

  router.get('/v1/stores/:id/listings/:externalId', async (request, response) => {
    const store = await storeOf(request);
    const listing = await showListing(storage, store.id, String(request.params.externalId));
    if (listing === null) {
      throw new ProblemError(404, 'unknown-listing', {
        title: 'Nothing is known of this item',
        detail:
          'External ids are productId:variationId, with 0 for a product without variations. Search by name or SKU with ?search=.',
      });
    }
    response.json(listing);
  });

  return router;
}
