import express, { Router } from 'express';
import { z } from 'zod';
import type { Storage } from '../../storage/storage.ts';
import { addStore, newStore } from '../../stores/add-store.ts';
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
  readonly allowPrivate: boolean;
  readonly clock: () => number;
  /** Goes on with the walk that stands in the store's row. */
  readonly resumeImport: (storeId: string) => void;
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
  const { storage, directory, publicUrl, allowPrivate, clock, resumeImport } = options;
  const router = Router();
  // Whatever its content type says: `curl -d` calls JSON a form.
  const json = express.json({ type: () => true });

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
        if (result.store.import !== null) resumeImport(result.store.id);
        const view = storeView(result.store, publicUrl());
        response.status(201).location(`/v1/stores/${view.id}`);
        response.json({ ...view, ...(result.madeSecret !== undefined && { webhookSecret: result.madeSecret }) });
      }
    }
  });

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
