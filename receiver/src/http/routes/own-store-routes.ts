import { CONTRACT_VERSION, type DoctorReport, renewalRequest } from '@dstnc/shared';
import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { showListing } from '../../catalog/show-listing.ts';
import type { CallBack } from '../../connections/call-back.ts';
import { storeAddress } from '../../connections/store-address.ts';
import type { Wakeup } from '../../queue/wakeup.ts';
import type { Storage, StoreChange, StoreMark } from '../../storage/storage.ts';
import { beginImport } from '../../stores/begin-import.ts';
import { sameHome } from '../../stores/same-home.ts';
import type { Store } from '../../stores/store.ts';
import type { StoreDirectory } from '../../stores/store-directory.ts';
import type { StoreProgress } from '../../stores/store-progress.ts';
import { storeView } from '../../stores/store-view.ts';
import { checkStoreUrl } from '../../woocommerce/address-guard.ts';
import { callerOf } from '../authenticate.ts';
import { callbackFailed } from '../callback-failed.ts';
import { ProblemError } from '../problem-error.ts';
import { unknownStore } from '../unknown-store.ts';

/** What {@link ownStoreRoutes} needs. */
export interface OwnStoreRouteOptions {
  readonly storage: Storage;
  readonly directory: StoreDirectory;
  readonly wakeup: Wakeup;
  readonly publicUrl: () => string;
  readonly allowPrivate: boolean;
  readonly clock: () => number;
  readonly progressOf: (store: Store) => Promise<StoreProgress>;
  /** Checks new keys by calling the store back with them. */
  readonly callBack: (store: Store) => Promise<CallBack>;
  /** The store's plugin was just seen to answer. */
  readonly pluginAnswered: (storeId: string) => Promise<void>;
  readonly examine: (store: Store) => Promise<DoctorReport>;
  /** Goes on with the walk that stands in the store's row. */
  readonly resumeImport: (storeId: string) => void;
  /** The store is being disconnected, for the first time. */
  readonly onDisconnected: (store: Store) => void;
  /** There is something to do about an order. */
  readonly onOrderWork: () => void;
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

/** Query of `DELETE /v1/stores/:id`. */
const disconnectQuery = z.object({ orders: z.enum(['follow', 'drop']).default('follow') });

/** Most results of one search. */
const MOST_FOUND = 50;

/** `/v1/stores/:id…`: an operator's for every store, and a store's for itself. */
export function ownStoreRoutes(options: OwnStoreRouteOptions): Router {
  const {
    storage,
    directory,
    wakeup,
    publicUrl,
    allowPrivate,
    clock,
    progressOf,
    callBack,
    pluginAnswered,
    examine,
    resumeImport,
    onDisconnected,
    onOrderWork,
    retire,
  } = options;
  const router = Router();
  // Whatever its content type says: `curl -d` calls JSON a form.
  const json = express.json({ type: () => true });

  /** Every handler's way to its store: whose token isn't that store's is told that there is none. */
  async function storeOf(request: Request, response: Response): Promise<Store> {
    const id = String(request.params.id);
    const caller = callerOf(response);
    const store = caller.kind === 'operator' || caller.storeId === id ? await storage.stores.byId(id) : null;
    if (store === null) throw unknownStore();
    return store;
  }

  /** Changes a store and marks all that is known of it, at once. @returns how many groups */
  async function changeAll(store: Store, change: StoreChange, mark: Omit<StoreMark, 'now'>): Promise<number> {
    const groups = await storage.stores.update(store.id, change, { ...mark, now: clock() });
    directory.forget();
    await wakeup.announce([{ storeId: store.id, groupId: 0 }]);
    return groups;
  }

  /**
   * New keys from the store itself, and where it is: they count once they were seen to work, so that a slip can't cut it off. Only a store
   * with another home than before has moved; the rest is another way to the same shop.
   */
  async function renew(store: Store, body: unknown): Promise<Store> {
    const { store: moved, ...credentials } = renewalRequest.parse(body ?? {});
    if (store.disconnectedAt !== null) throw disconnecting();
    const place = moved === undefined ? {} : placeOf(store, moved);
    // Without the previous keys: these here have to open the shop by themselves.
    const renewed: Store = { ...store, ...place, credentials, previous: null };
    const called = await callBack(renewed);
    if (!called.ok) throw callbackFailed(called);
    // Whichever connection its plugin holds, it holds these keys from now on.
    const previous = store.previous && { ...store.previous, credentials };
    if (sameHome(renewed.url, store.url)) {
      await storage.stores.update(store.id, { ...place, credentials, previous });
      directory.forget();
      // What the old keys could not read need not wait any longer.
      await storage.groups.wake(clock(), store.id);
      await wakeup.announce([{ storeId: store.id, groupId: 0 }]);
    } else {
      // Listings carry addresses of the shop's pages, and a moved shop may have another catalogue than the one that it was copied from.
      await changeAll(
        store,
        { ...place, credentials, previous, access: null, import: beginImport(store, 'the shop has moved', clock()) },
        { cause: 'the shop has moved' },
      );
      await storage.stores.flag(store.id, 'clone', null);
    }
    await pluginAnswered(store.id);
    resumeImport(store.id);
    return renewed;
  }

  function placeOf(
    store: Store,
    { url, restUrl, plugin, woocommerce }: NonNullable<z.infer<typeof renewalRequest>['store']>,
  ): Pick<Store, 'url' | 'plugin'> {
    const address = storeAddress({ url, restUrl }, allowPrivate);
    if (!address.ok) throw storeRefused(address.reason);
    const contractVersion = store.plugin?.contractVersion ?? CONTRACT_VERSION;
    return { url: address.url, plugin: { version: plugin, contractVersion, woocommerce, restUrl: address.restUrl } };
  }

  router.get('/v1/stores/:id', async (request, response) => {
    const store = await storeOf(request, response);
    const progress = await progressOf(store);
    response.json({ ...storeView(store, publicUrl(), progress), ...progress });
  });

  router.patch('/v1/stores/:id', json, async (request, response) => {
    const store = await storeOf(request, response);
    if (callerOf(response).kind === 'store') {
      response.json(storeView(await renew(store, request.body), publicUrl()));
      return;
    }
    const { consumerKey, consumerSecret, ...given } = storeChange.parse(request.body ?? {});
    const change = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
    const settings = { ...store.settings, ...change };
    const credentials = consumerKey && consumerSecret ? { consumerKey, consumerSecret } : store.credentials;
    // A store without keys was never called, so its address may be any.
    const address = credentials === null ? null : checkStoreUrl(store.url, { allowPrivate });
    if (address?.ok === false) throw storeRefused(address.reason);
    // With other keys it may be spoken to in another way, and what was never seen is found.
    const keys =
      credentials === store.credentials
        ? {}
        : { credentials, access: null, import: beginImport(store, 'it got other keys', clock()) };
    await changeAll(store, { settings, ...keys }, { cause: 'its settings changed' });
    if (credentials !== store.credentials) resumeImport(store.id);
    response.json(storeView({ ...store, settings, credentials }, publicUrl()));
  });

  router.delete('/v1/stores/:id', async (request, response) => {
    const store = await storeOf(request, response);
    const { orders } = disconnectQuery.parse(request.query);
    if (orders === 'drop' && callerOf(response).kind !== 'operator') {
      throw new ProblemError(403, 'operators-only', {
        title: 'This is for DSTNC',
        detail: 'Orders that are open are followed until they are shipped. DSTNC alone can say that they are not.',
      });
    }
    const disconnectedAt = store.disconnectedAt ?? clock();
    const withdrawing = await changeAll(store, { disconnectedAt }, { cause: 'the store was disconnected' });
    if (store.disconnectedAt === null) onDisconnected(store);
    // Those that are shipped or cancelled by now need not wait for their time: they hold the store.
    if (orders === 'drop') await storage.orders.letGo(store.id, 'let go of by an operator', clock());
    else if (store.disconnectedAt === null) await storage.orders.wake(store.id, 'the store was disconnected', clock());
    onOrderWork();
    await retire(store.id);
    response.status(202).json({ id: store.id, state: 'disconnecting', withdrawing });
  });

  router.post('/v1/stores/:id/sync', async (request, response) => {
    const store = await storeOf(request, response);
    if (store.disconnectedAt !== null) throw disconnecting();
    const cause = callerOf(response).kind === 'operator' ? 'asked for by an operator' : 'asked for by the vendor';
    // With credentials, what DSTNC has never heard of is found, too.
    const walk = store.credentials === null ? {} : { import: beginImport(store, cause, clock()) };
    const groups = await changeAll(store, walk, { cause, doubt: true });
    resumeImport(store.id);
    response.status(202).json({ groups });
  });

  router.get('/v1/stores/:id/doctor', async (request, response) => {
    const store = await storeOf(request, response);
    response.set('Cache-Control', 'no-store').json(await examine(store));
  });

  router.get('/v1/stores/:id/listings', async (request, response) => {
    const store = await storeOf(request, response);
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
    const store = await storeOf(request, response);
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

function storeRefused(detail: string): ProblemError {
  return new ProblemError(422, 'store-refused', { title: "DSTNC can't call this shop", detail });
}

function disconnecting(): ProblemError {
  return new ProblemError(409, 'disconnecting', {
    title: 'This store is disconnecting',
    detail: 'Its listings are being withdrawn. Connect it again with a new code.',
  });
}
