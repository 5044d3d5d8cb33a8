import express, { Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { KeyConnectTools } from '../../connections/connect-by-keys.ts';
import { openInvitation } from '../../connections/open-invitation.ts';
import { type BroughtKeys, takeKeys, tryKeys } from '../../connections/receive-keys.ts';
import { KEY_PATHS, type KeyRequestTools, keyRequestOf, requestKeys } from '../../connections/request-keys.ts';
import type { InvitedKeys } from '../../storage/storage.ts';
import type { Store } from '../../stores/store.ts';
import { codeProblem } from '../code-problem.ts';
import { failedPage, invitationPage, leavingPage, returnPage } from '../pages/connect-pages.ts';
import { markup, sendPage } from '../pages/page.ts';
import { ProblemError } from '../problem-error.ts';

/** What {@link keyRequestRoutes} needs. */
export interface KeyRequestRouteOptions {
  readonly tools: KeyRequestTools;
  readonly connecting: KeyConnectTools;
  /** A store is connected, for the first time or again. */
  readonly onConnected: (store: Store) => void;
  /** For the metrics. */
  readonly observe: (outcome: string) => void;
  readonly log: Logger;
}

/** Bytes; a real body has some 300. */
const LIMIT = 16 * 1024;

const words = z.string().max(2_000).catch('');
const form = z.object({ invite: words, shop: words });

/** Body of the callback, as WooCommerce posts it; `key_id` is nothing that anybody needs. */
export const broughtKeys = z.looseObject({
  user_id: z.string().min(1).max(200),
  consumer_key: z.string().min(1).max(200),
  consumer_secret: z.string().min(1).max(200),
  key_permissions: z.string().max(50),
});

/**
 * `/v1/connect/woocommerce`: an invited vendor's way through WooCommerce's own page for making keys. Open to whoever has an invitation;
 * the shop brings the keys by itself, before its vendor comes back.
 */
export function keyRequestRoutes(options: KeyRequestRouteOptions): Router {
  const { tools, connecting, onConnected, observe, log } = options;
  const receiving = { storage: tools.storage, connecting };
  const router = Router();

  router.get(KEY_PATHS.start, async (request, response) => {
    const code = words.parse(request.query.invite);
    const opened = await openInvitation(tools, code);
    if (!opened.ok) {
      const { status, title, detail = '' } = codeProblem(opened.fault).problem;
      sendPage(response, status, failedPage(title, detail, markup``));
      return;
    }
    sendPage(response, 200, invitationPage(code, opened.invitation));
  });

  router.post(KEY_PATHS.start, express.urlencoded({ extended: false, limit: LIMIT }), async (request, response) => {
    const { invite: code, shop } = form.parse(request.body ?? {});
    const result = await requestKeys(tools, { code, shop });
    switch (result.kind) {
      case 'go':
        // Not a redirect, which would have to be allowed as the form's action before anybody knows the shop.
        sendPage(response, 200, leavingPage(result.shop, result.address));
        return;
      case 'refused':
        observe('refused');
        sendPage(response, 422, invitationPage(code, result.invitation, { shop, wrong: result.reason }));
        return;
      case 'code': {
        observe(`code_${result.fault}`);
        const { status, title, detail = '' } = codeProblem(result.fault).problem;
        sendPage(response, status, failedPage(title, detail, markup``));
      }
    }
  });

  // Anything else than 200 makes WooCommerce delete the key that it has just made: as it should be for what nobody waits for.
  router.post(KEY_PATHS.callback, express.json({ type: () => true, limit: LIMIT }), async (request, response) => {
    const read = broughtKeys.parse(request.body ?? {});
    const keys: BroughtKeys = {
      state: read.user_id,
      credentials: { consumerKey: read.consumer_key, consumerSecret: read.consumer_secret },
      permissions: read.key_permissions,
    };
    const taken = await takeKeys(receiving, keys);
    if (taken === null) {
      observe('state');
      throw new ProblemError(404, 'unknown-state', {
        title: 'Nobody waits for these keys',
        detail: 'Too late, or they were brought before. Open the link in the DSTNC invitation again.',
      });
    }
    response.status(200).json({ received: true });
    void connect(taken, keys);
  });

  async function connect(taken: InvitedKeys, keys: BroughtKeys): Promise<void> {
    const { vendor } = taken.invitation;
    try {
      const store = await tryKeys(receiving, taken, keys);
      observe(store === null ? 'refused' : 'connected');
      if (store === null) return log.warn({ vendor }, 'a shop has made keys that do not connect it');
      log.info({ store: store.id, vendor }, 'a shop connected by keys of its own');
      onConnected(store);
    } catch (error) {
      // The vendor is told after a while that it took too long.
      log.error({ err: error, vendor }, 'keys that a shop has made could not be tried');
    }
  }

  router.get(KEY_PATHS.done, async (request, response) => {
    const state = words.parse(request.query.user_id);
    const known = await keyRequestOf(tools, state);
    const page = returnPage(known, { approved: request.query.success !== '0', now: tools.clock() });
    sendPage(response, known === null ? 404 : 200, page);
  });

  return router;
}
