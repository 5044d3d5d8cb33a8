import { type RequestHandler, Router } from 'express';
import type { Metrics } from '../../metrics.ts';
import type { Storage } from '../../storage/storage.ts';
import { StorageUnavailable } from '../../storage/storage-unavailable.ts';

/** How long an answer about the storage holds, in milliseconds: probes must not become a load. */
const FRESH_MS = 1_000;

/** What {@link healthRoutes} needs. */
export interface HealthRouteOptions {
  readonly storage: Storage;
  readonly metrics: Metrics;
  readonly targetDown: () => { readonly since: number; readonly reason: string } | null;
  readonly operator: RequestHandler;
  readonly openapi: unknown;
  readonly version: string;
  readonly clock: () => number;
}

/**
 * `/healthz`, `/readyz`, `/openapi.json` are open, as probes carry no token; `/metrics` is the operators'. Ready means: deliveries
 * can be stored. DSTNC being down is told, but makes nothing unready, since everything waits safely.
 */
export function healthRoutes(options: HealthRouteOptions): Router {
  const { storage, metrics, targetDown, operator, openapi, version, clock } = options;
  const router = Router();
  let checked = { at: Number.NEGATIVE_INFINITY, ok: false };

  async function storageOk(): Promise<boolean> {
    const at = performance.now();
    if (at - checked.at < FRESH_MS) return checked.ok;
    try {
      await storage.heartbeat(clock());
      checked = { at, ok: true };
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      checked = { at, ok: false };
    }
    return checked.ok;
  }

  router.get(['/healthz', '/readyz'], async (_request, response) => {
    const ok = await storageOk();
    const down = targetDown();
    response
      .status(ok ? 200 : 503)
      .set('Cache-Control', 'no-store')
      .json({
        status: ok ? (down === null ? 'ok' : 'degraded') : 'unavailable',
        version,
        storage: ok ? 'ok' : 'down',
        dstnc: down === null ? 'ok' : 'down',
        ...(down !== null && { dstncDownSince: new Date(down.since).toISOString(), dstncReason: down.reason }),
      });
  });

  router.get('/metrics', operator, async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });

  router.get('/openapi.json', (_request, response) => {
    response.json(openapi);
  });

  return router;
}
