import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createApiReader } from './catalog/api-reader.ts';
import { createImporter } from './catalog/importer.ts';
import { createListingContexts } from './catalog/listing-contexts.ts';
import { createPayloadReader } from './catalog/payload-reader.ts';
import { createPluginReader } from './catalog/plugin-reader.ts';
import type { ReconcileEvent } from './catalog/reconcile-group.ts';
import { createReconciler, type FinishEvent } from './catalog/reconciler.ts';
import type { Config } from './config.ts';
import { callBack } from './connections/call-back.ts';
import type { ConnectionCodes } from './connections/connection-code.ts';
import { createDstncTarget } from './delivery/dstnc-target.ts';
import { createInventoryBatcher } from './delivery/inventory-batcher.ts';
import { examineStore } from './doctor/examine-store.ts';
import { authenticate } from './http/authenticate.ts';
import { createApp } from './http/create-app.ts';
import { receiverOpenapi } from './http/receiver-openapi.ts';
import { requireOperator } from './http/require-operator.ts';
import { connectionRoutes } from './http/routes/connection-routes.ts';
import { deadLetterRoutes } from './http/routes/dead-letter-routes.ts';
import { healthRoutes } from './http/routes/health-routes.ts';
import { ownStoreRoutes } from './http/routes/own-store-routes.ts';
import { storeRoutes } from './http/routes/store-routes.ts';
import { webhookHandlers } from './http/routes/webhook-handlers.ts';
import { createMetrics } from './metrics.ts';
import { createEmbeddedWakeup } from './queue/embedded-wakeup.ts';
import type { GroupKey, Storage } from './storage/storage.ts';
import { createProgressBoard } from './stores/progress-board.ts';
import type { Store } from './stores/store.ts';
import { createStoreDirectory } from './stores/store-directory.ts';
import { storeView } from './stores/store-view.ts';
import { version } from './version.ts';
import { createIngestBuffer } from './webhooks/ingest-buffer.ts';
import { replayDeadLetter } from './webhooks/replay-dead-letter.ts';
import { createCatalogBatcher } from './woocommerce/catalog-batcher.ts';
import { createStoreClients } from './woocommerce/store-clients.ts';

/** What {@link startService} needs. */
export interface ServiceOptions {
  readonly config: Pick<Config, 'port' | 'host' | 'publicUrl' | 'maxBody' | 'allowPrivateStores'>;
  readonly storage: Storage;
  readonly adminToken: string;
  /** Reads the vendors' connection codes. */
  readonly codes: ConnectionCodes;
  /** DSTNC's API. */
  readonly target: {
    readonly url: string;
    readonly token: string;
    /** Tells one target from another: what one accepted says nothing about another. By default the address. */
    readonly identity?: string;
  };
  readonly log: Logger;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** Told of each read, send and finished step, beside the metrics. */
  readonly observe?: (event: ReconcileEvent | FinishEvent) => void;
}

/** A running receiver. */
export interface Service {
  /** Where it listens. */
  readonly url: string;
  /** Where stores reach it. */
  readonly publicUrl: string;
  /** Takes nothing new, finishes or gives back what runs, within 10 s. The storage stays open: it is the caller's. */
  stop(): Promise<void>;
}

/** How often what is kept for a while only is pruned, in milliseconds. */
const PRUNE_MS = 60 * 60_000;

/** Puts the parts together and starts them: webhooks in, reconcile, DSTNC out. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, storage, adminToken, codes, log, clock = Date.now } = options;
  const wakeup = createEmbeddedWakeup();
  const directory = createStoreDirectory(storage);
  const metrics = createMetrics(() => storage.groups.backlog(), clock);
  const clients = createStoreClients({ allowPrivate: config.allowPrivateStores });
  const target = createDstncTarget(options.target);
  const byApi = createApiReader(clients);
  const catalogs = createCatalogBatcher({ clientOf: clients.of, observe: metrics.catalogAsked });
  const byPlugin = createPluginReader({ batcher: catalogs, fallback: byApi, flag });
  const byPayload = createPayloadReader(storage);
  const announce = (keys: readonly GroupKey[]) => void wakeup.announce(keys);

  const reconciler = createReconciler({
    storage,
    wakeup,
    // Not from the directory, which may be a moment behind.
    storeOf: storage.stores.byId,
    observe(event) {
      metrics.observe(event);
      options.observe?.(event);
      if (event.on !== 'finish' || event.result.kind === 'retry') return;
      if (event.store !== null && event.store.disconnectedAt !== null) void retire(event.claim.storeId);
    },
    batches: catalogs.batches,
    log,
    tools: {
      reader: {
        read(store, key) {
          if (store.credentials === null) return byPayload.read(store, key);
          return (store.plugin === null ? byApi : byPlugin).read(store, key);
        },
      },
      target,
      batcher: createInventoryBatcher(target),
      contextOf: createListingContexts({ storage, clients, clock }),
      clock,
    },
  });

  /** Raises a flag or, without a detail, lowers it. What it is about must go on whether that can be stored or not. */
  async function flag(store: Store, kind: string, detail: string | null): Promise<void> {
    if ((detail === null) === (store.flags[kind] === undefined)) return;
    try {
      await storage.stores.flag(store.id, kind, detail === null ? null : { since: clock(), detail });
      directory.forget();
    } catch (error) {
      // The next time raises or lowers it.
      log.warn({ err: error, store: store.id }, 'a flag could not be changed yet');
    }
  }

  /** The store's plugin was just seen to answer: reads go through it again at once, and nobody is told any more that it is off. */
  async function pluginAnswered(storeId: string): Promise<void> {
    catalogs.reset(storeId);
    try {
      await storage.stores.flag(storeId, 'plugin_off', null);
    } catch (error) {
      log.warn({ err: error, store: storeId }, 'a flag could not be changed yet');
    }
  }

  /** A disconnected store goes as soon as the last of it is withdrawn. */
  async function retire(storeId: string): Promise<void> {
    try {
      if (!(await storage.stores.remove(storeId))) return;
      directory.forget();
      log.info({ store: storeId }, 'a disconnected store is withdrawn whole and removed');
    } catch (error) {
      log.warn({ err: error }, 'a disconnected store could not be removed yet');
    }
  }

  /** The plugin has its newest token, and what it had before is void; if that can't be stored, the next call does it. */
  async function settle({ id, tokenHash }: Store): Promise<void> {
    try {
      if (tokenHash !== null) await storage.stores.settle(tokenHash);
      directory.forget();
    } catch (error) {
      log.warn({ err: error, store: id }, 'an old connection could not be dropped yet');
    }
  }

  const importer = createImporter({
    storage,
    clients,
    onAnswered: pluginAnswered,
    onMarked: (storeId) => announce([{ storeId, groupId: 0 }]),
    log,
    clock,
  });
  const progress = createProgressBoard(storage, clock);
  const operator = requireOperator(adminToken);
  const buffer = createIngestBuffer(storage, announce);
  let publicUrl = config.publicUrl ?? '';
  const app = createApp({
    authenticate: authenticate(adminToken, { byTokenHash: storage.stores.byTokenHash, settle }),
    log,
    webhooks: webhookHandlers({
      maxBody: config.maxBody,
      storeOf: directory.byWebhookKey,
      delivered: metrics.delivered,
      log,
      tools: {
        keep: buffer.add,
        clock,
        flag,
      },
    }),
    open: [
      connectionRoutes({
        tools: { storage, codes, allowPrivate: config.allowPrivateStores, clientFor: clients.fresh, clock },
        onConnected(store) {
          directory.forget();
          progress.forget(store.id);
          void pluginAnswered(store.id);
          announce([{ storeId: store.id, groupId: 0 }]);
          importer.resume(store.id);
        },
        observe: metrics.connected,
        webhookUrl: (store) => storeView(store, publicUrl).webhookUrl,
        log,
      }),
      healthRoutes({
        storage,
        metrics,
        operator,
        clock,
        version,
        targetDown: () => reconciler.targetDown,
        openapi: receiverOpenapi(version),
      }),
    ],
    stores: [
      ownStoreRoutes({
        storage,
        directory,
        wakeup,
        clock,
        publicUrl: () => publicUrl,
        allowPrivate: config.allowPrivateStores,
        progressOf: progress.of,
        async callBack(store) {
          const client = clients.fresh(store);
          return callBack(client, store.url).finally(() => client.close());
        },
        pluginAnswered,
        async examine(store) {
          const tools = { storage, clientFor: clients.fresh, targetDown: () => reconciler.targetDown, clock };
          const report = await examineStore(tools, store);
          if (report.checks.some(({ id, status }) => id === 'plugin' && status === 'ok'))
            await pluginAnswered(store.id);
          return report;
        },
        resumeImport(storeId) {
          progress.forget(storeId);
          importer.resume(storeId);
        },
        retire,
      }),
    ],
    operators: [
      storeRoutes({
        storage,
        directory,
        clock,
        allowPrivate: config.allowPrivateStores,
        publicUrl: () => publicUrl,
      }),
      deadLetterRoutes(storage, (id) => replayDeadLetter({ storage, clock, announce }, id)),
    ],
  });

  const server = createServer(app);
  // WooCommerce sends over HTTP/1.0, one connection a delivery; slow ones must not hold a socket for minutes.
  server.requestTimeout = 60_000;
  server.headersTimeout = 15_000;
  const moved = await storage.groups.retarget(options.target.identity ?? options.target.url, clock());
  if (moved > 0) log.warn({ groups: moved }, 'DSTNC has another address than before: everything is sent again');
  const url = await listen(server, config.port, config.host);
  if (publicUrl === '') publicUrl = url;
  await reconciler.start();
  for (const store of await storage.stores.list()) {
    if (store.disconnectedAt !== null) await retire(store.id);
    else if (store.import?.walkedAt === null) importer.resume(store.id);
  }
  const housekeeping = setInterval(() => {
    storage.prune(clock()).catch((error: unknown) => log.warn({ err: error }, 'pruning was put off'));
  }, PRUNE_MS).unref();

  return {
    url,
    publicUrl,
    async stop() {
      clearInterval(housekeeping);
      // All at once: each of them may take some seconds.
      const ended = Promise.all([importer.stop(), reconciler.stop()]);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      // What is half-way in is waited for, but not for ever: it was not acknowledged, and its sender will not think so.
      const cut = setTimeout(() => server.closeAllConnections(), 3_000).unref();
      await closed;
      clearTimeout(cut);
      await ended;
      await wakeup.close();
      await Promise.all([clients.close(), target.close()]);
    },
  };
}

function listen(server: Server, port: number, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const { port: bound } = server.address() as AddressInfo;
      resolve(`http://${host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host}:${bound}`);
    });
  });
}
