import { CONTRACT_VERSION, type ConnectionAnswer, connectionRequest, OLDEST_CONTRACT_VERSION } from '@dstnc/shared';
import express, { Router } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { ConnectResult, ConnectTools } from '../../connections/connect-store.ts';
import { connectStore } from '../../connections/connect-store.ts';
import type { Store } from '../../stores/store.ts';
import { callbackFailed } from '../callback-failed.ts';
import { codeProblem } from '../code-problem.ts';
import { ProblemError } from '../problem-error.ts';

/** What {@link connectionRoutes} needs. */
export interface ConnectionRouteOptions {
  readonly tools: ConnectTools;
  /** A store is connected, for the first time or again. */
  readonly onConnected: (store: Store) => void;
  /** For the metrics. */
  readonly observe: (outcome: string) => void;
  readonly webhookUrl: (store: Store) => string;
  readonly log: Logger;
}

/** All that is understood of any version's body. */
const anyVersion = z.looseObject({ contractVersion: z.int().min(1) });

/** Bytes; a real body has some 1 500. */
const LIMIT = 64 * 1024;

/** `POST /v1/connections`: open to whoever has a code; nothing is called, and nothing kept, before the code is found good. */
export function connectionRoutes({ tools, onConnected, observe, webhookUrl, log }: ConnectionRouteOptions): Router {
  const router = Router();

  router.post('/v1/connections', express.json({ type: () => true, limit: LIMIT }), async (request, response) => {
    const { contractVersion } = anyVersion.parse(request.body ?? {});
    if (contractVersion < OLDEST_CONTRACT_VERSION || contractVersion > CONTRACT_VERSION) {
      observe('version');
      throw wrongVersion(contractVersion);
    }
    const result = await connectStore(tools, connectionRequest.parse(request.body));
    observe(result.kind === 'code' ? `code_${result.fault}` : result.kind);
    if (result.kind !== 'connected') {
      const why =
        result.kind === 'callback_failed' ? { code: result.failure.code, technical: result.failure.technical } : {};
      log.warn(
        { outcome: result.kind, ...('fault' in result && { fault: result.fault }), ...why },
        'a shop could not connect',
      );
      throw problemOf(result);
    }
    const { store, token, again } = result;
    log.info({ store: store.id, vendor: store.vendor, again }, 'a shop connected');
    onConnected(store);
    const answer: ConnectionAnswer = {
      storeId: store.id,
      storeToken: token,
      webhookUrl: webhookUrl(store),
      contractVersion: CONTRACT_VERSION,
      vendor: store.vendor,
    };
    response.status(201).set('Cache-Control', 'no-store').location(`/v1/stores/${store.id}`).json(answer);
  });

  return router;
}

function wrongVersion(given: number): ProblemError {
  const more = { contractVersion: CONTRACT_VERSION, oldestContractVersion: OLDEST_CONTRACT_VERSION };
  return given < OLDEST_CONTRACT_VERSION
    ? new ProblemError(409, 'contract-too-old', {
        title: 'The DSTNC plugin is too old',
        detail: 'Update "DSTNC for WooCommerce" under Plugins in wp-admin, then connect again.',
        more,
      })
    : new ProblemError(409, 'contract-too-new', {
        title: 'DSTNC is not ready yet for this version of the plugin',
        detail: 'DSTNC has to update first. Tell DSTNC, and connect again once they have.',
        more,
      });
}

function problemOf(result: Exclude<ConnectResult, { kind: 'connected' }>): ProblemError {
  switch (result.kind) {
    case 'code':
      return codeProblem(result.fault);
    case 'refused':
      return new ProblemError(422, 'store-refused', { title: "DSTNC can't call this shop", detail: result.reason });
    case 'vendor_taken':
      // Words of its own: whoever has disconnected the other shop must not be told to do so.
      if (result.withdrawing) {
        return new ProblemError(409, 'vendor-withdrawing', {
          title: "Another shop was connected with this code's account before",
          detail:
            "The other shop's products are still being withdrawn. Try again in some minutes; if it stays so, tell DSTNC.",
        });
      }
      return new ProblemError(409, 'vendor-taken', {
        title: "Another shop is connected with this code's account already",
        detail: 'Disconnect that shop first (its listings are withdrawn then), or ask DSTNC for a code for this one.',
      });
    case 'callback_failed':
      return callbackFailed(result.failure);
  }
}
