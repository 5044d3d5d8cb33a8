import express, { type Response, Router } from 'express';
import { z } from 'zod';
import { connectByKeys, type KeyConnectTools } from '../../connections/connect-by-keys.ts';
import type { Storage } from '../../storage/storage.ts';
import { addStore, newStore, vendorTaken } from '../../stores/add-store.ts';
import type { Store } from '../../stores/store.ts';
import type { StoreDirectory } from '../../stores/store-directory.ts';
import { storeView } from '../../stores/store-view.ts';
import { addWebhookSecret } from '../../stores/webhook-secret-change.ts';
import { ProblemError } from '../problem-error.ts';
import { unknownStore } from '../unknown-store.ts';

/** What {@link storeRoutes} needs. */
export interface StoreRouteOptions {
  readonly storage: Storage;
  readonly directory: StoreDirectory;
  readonly publicUrl: () => string;
  /** Connects those that come with keys. */
  readonly connecting: KeyConnectTools;
  /** A store is connected, for the first time or again. */
  readonly onConnected: (store: Store) => void;
  readonly clock: () => number;
}

/** Body of `POST /v1/stores/:id/webhook-secrets`. */
export const newWebhookSecret = z.strictObject({
  secret: z.string().trim().min(1).optional().meta({ description: 'Made, and told this once, when left out' }),
  overlapSeconds: z
    .int()
    .min(0)
    .max(90 * 86_400)
    .optional()
    .meta({ description: 'How long the secrets before it stay good; a day when left out' }),
});

/** `/v1/stores`: operators list and add stores, change their webhooks' secrets, and lower their flags. What a store may do itself is in own-store-routes.ts. */
export function storeRoutes(options: StoreRouteOptions): Router {
  const { storage, directory, publicUrl, connecting, onConnected, clock } = options;
  const router = Router();
  // Whatever its content type says: `curl -d` calls JSON a form.
  const json = express.json({ type: () => true });

  router.get('/v1/stores', async (_request, response) => {
    const stores = await storage.stores.list();
    response.json({ stores: stores.map((store) => storeView(store, publicUrl())) });
  });

  router.post('/v1/stores', json, async (request, response) => {
    const { consumerKey, consumerSecret, ...given } = newStore.parse(request.body ?? {});
    if (consumerKey !== undefined && consumerSecret !== undefined) {
      const keys = { consumerKey, consumerSecret };
      const result = await connectByKeys(connecting, { ...given, keys, invitationId: null });
      if (result.kind === 'refused') throw storeRefused(result.reason, result.code);
      if (result.kind !== 'connected') throw taken(vendorTaken(given.vendor));
      onConnected(result.store);
      const { store, again, movedTo, madeSecret } = result;
      tell(response.status(again ? 200 : 201), store, { ...(movedTo !== null && { movedTo }), madeSecret });
      return;
    }
    if (consumerKey !== undefined || consumerSecret !== undefined) {
      throw storeRefused('consumerKey and consumerSecret belong together: give both or neither', 'keys');
    }
    const result = await addStore({ storage, clock }, given);
    if (result.kind === 'taken') throw taken(result.reason);
    tell(response.status(201), result.store, { madeSecret: result.madeSecret });
  });

  function tell(response: Response, store: Store, more: { movedTo?: string; madeSecret: string | undefined }): void {
    const { madeSecret, ...others } = more;
    const view = storeView(store, publicUrl());
    response.set('Cache-Control', 'no-store').location(`/v1/stores/${view.id}`);
    response.json({ ...view, ...others, ...(madeSecret !== undefined && { webhookSecret: madeSecret }) });
  }

  router.post('/v1/stores/:id/webhook-secrets', json, async (request, response) => {
    const { id } = request.params as { id: string };
    const { secret, overlapSeconds } = newWebhookSecret.parse(request.body ?? {});
    const overlapMs = overlapSeconds === undefined ? undefined : overlapSeconds * 1000;
    const added = await addWebhookSecret({ storage, clock }, id, { secret, overlapMs });
    if (added === null) throw unknownStore();
    directory.forget();
    const { othersUntil, madeSecret } = added;
    response.status(201).json({
      id,
      othersUntil: othersUntil === null ? null : new Date(othersUntil).toISOString(),
      ...(madeSecret !== undefined && { webhookSecret: madeSecret }),
    });
  });

  router.delete('/v1/stores/:id/webhook-secrets/old', async (request, response) => {
    if ((await storage.stores.retireWebhookSecrets(request.params.id)) === null) throw unknownStore();
    directory.forget();
    response.status(204).end();
  });

  router.delete('/v1/stores/:id/flags/:kind', async (request, response) => {
    const store = await storage.stores.byId(request.params.id);
    if (store === null) throw unknownStore();
    await storage.stores.flag(store.id, request.params.kind, null);
    directory.forget();
    response.status(204).end();
  });

  return router;
}

/** @param code for programs */
function storeRefused(detail: string, code: string): ProblemError {
  return new ProblemError(422, 'store-refused', { title: 'This store can not be added', detail, more: { code } });
}

function taken(detail: string): ProblemError {
  return new ProblemError(409, 'vendor-taken', { title: 'This vendor is connected already', detail });
}
