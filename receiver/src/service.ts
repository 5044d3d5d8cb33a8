import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { GroupReader } from './catalog/group-reader.ts';
import { createImporter } from './catalog/importer.ts';
import { createListingContexts } from './catalog/listing-contexts.ts';
import { createMarkFinisher } from './catalog/mark-finisher.ts';
import { createPayloadReader } from './catalog/payload-reader.ts';
import type { ReconcileEvent } from './catalog/reconcile-group.ts';
import { createReconciler, type FinishEvent } from './catalog/reconciler.ts';
import { createStoreReader } from './catalog/store-reader.ts';
import type { Config, PollingConfig } from './config.ts';
import { callBack } from './connections/call-back.ts';
import type { ConnectionCodes } from './connections/connection-code.ts';
import { createFindAccess } from './connections/find-access.ts';
import { createDstncTarget } from './delivery/dstnc-target.ts';
import { createInventoryBatcher } from './delivery/inventory-batcher.ts';
import { examineStore } from './doctor/examine-store.ts';
import { authenticate } from './http/authenticate.ts';
import { type AppOptions, createApp } from './http/create-app.ts';
import { receiverOpenapi } from './http/receiver-openapi.ts';
import { requireOperator } from './http/require-operator.ts';
import { closedRoutes } from './http/routes/closed-routes.ts';
import { connectionRoutes } from './http/routes/connection-routes.ts';
import { deadLetterRoutes } from './http/routes/dead-letter-routes.ts';
import { healthRoutes } from './http/routes/health-routes.ts';
import { keyRequestRoutes } from './http/routes/key-request-routes.ts';
import { orderRoutes } from './http/routes/order-routes.ts';
import { ownStoreRoutes } from './http/routes/own-store-routes.ts';
import { placingRoutes } from './http/routes/placing-routes.ts';
import { storeRoutes } from './http/routes/store-routes.ts';
import { webhookHandlers } from './http/routes/webhook-handlers.ts';
import { createMetrics } from './metrics.ts';
import { createOrderCanceller } from './orders/order-canceller.ts';
import { createOrderPlacer } from './orders/order-placer.ts';
import { DEFAULT_ORDER_SETTINGS } from './orders/order-settings.ts';
import { createOrdersWorker } from './orders/orders-worker.ts';
import { createOrderReader } from './orders/read-order.ts';
import { createCurrencyRefresh } from './orders/refresh-currency.ts';
import { createPoller } from './polling/poller.ts';
import { createWebhooksVisit } from './polling/visit-webhooks.ts';
import { createLiveness } from './queue/liveness.ts';
import type { Wakeup } from './queue/wakeup.ts';
import type { GroupKey, Storage } from './storage/storage.ts';
import { createSyncedClock } from './storage/synced-clock.ts';
import { heardAtOf } from './stores/heard-at.ts';
import { createKeyWatch } from './stores/key-watch.ts';
import { noteShopPlugins } from './stores/note-shop-plugins.ts';
import { createProgressBoard } from './stores/progress-board.ts';
import type { Store } from './stores/store.ts';
import { createStoreDirectory } from './stores/store-directory.ts';
import { storeView } from './stores/store-view.ts';
import { storesFreshness } from './stores/stores-freshness.ts';
import { wantedWebhooks } from './stores/wanted-webhooks.ts';
import { version } from './version.ts';
import { createBodyBudget } from './webhooks/body-budget.ts';
import { createIngestBuffer } from './webhooks/ingest-buffer.ts';
import { createRefusedDeliveries } from './webhooks/refused-deliveries.ts';
import { replayDeadLetter } from './webhooks/replay-dead-letter.ts';
import { createCatalogBatcher } from './woocommerce/catalog-batcher.ts';
import { keepWebhooks } from './woocommerce/keep-webhooks.ts';
import { createOrderApis } from './woocommerce/orders/order-apis.ts';
import { readSystemStatus } from './woocommerce/read-system-status.ts';
import { removeWebhooks } from './woocommerce/remove-webhooks.ts';
import { createStoreApis } from './woocommerce/store-apis.ts';
import { createStoreClients } from './woocommerce/store-clients.ts';

/** What {@link startService} needs. */
export interface ServiceOptions {
  readonly config: Pick<Config, 'port' | 'host' | 'publicUrl' | 'maxBody' | 'allowPrivateStores' | 'roles'> &
    Partial<Pick<Config, 'orders'>>;
  /** How often stores are polled and swept; null: never, to see what webhooks alone do. */
  readonly polling: PollingConfig | null;
  readonly storage: Storage;
  /** Its end is the service's. */
  readonly wakeup: Wakeup;
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
  /** Milliseconds since 1970; by default the storage's. */
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

/** Told the shop's operator, and the vendor by the doctor, while the plugin doesn't answer. */
const PLUGIN_OFF =
  'The DSTNC plugin in the shop does not answer: it is switched off, or its part of the REST API is blocked. Products are read the slower way until it does.';

/** How often what is kept for a while only is pruned, in milliseconds. */
const PRUNE_MS = 60 * 60_000;

/** How often catalogues that nobody walks are looked for, in milliseconds. */
const WALKS_MS = 2_000;

/** Bytes of deliveries that may be under way at a time, if MAX_BODY isn't more: what is held for them is some times as much. */
const BODIES = { most: 64 * 1024 * 1024, mostOfOne: 32 * 1024 * 1024 };

/** Puts the parts together and starts those that the process's roles ask for: webhooks in, reconcile, DSTNC out. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { config, storage, wakeup, adminToken, codes, log } = options;
  const { roles } = config;
  const owner = randomUUID();
  const shared = createSyncedClock(storage.time);
  // One process alone goes by its own clock, and follows when that is set.
  const clock = options.clock ?? (storage.shared ? shared.now : Date.now);
  const directory = createStoreDirectory(storage);
  const metrics = createMetrics(() => storage.groups.backlog(), clock);
  const keyWatch = createKeyWatch({ storage, onChanged: () => directory.forget(), log, clock });
  const clients = createStoreClients({
    allowPrivate: config.allowPrivateStores,
    // A key that may only read is refused a POST, and isn't dead.
    onAnswer: (store, answer, method) => method === 'GET' && keyWatch.follow(store, answer),
  });
  const target = createDstncTarget(options.target);
  const apis = createStoreApis({
    clients,
    detect: (store) => clients.detect(store),
    async keep(storeId, access) {
      await storage.stores.update(storeId, { access });
      directory.forget();
    },
    onPlugin: (store, answers) => void flag(store, 'plugin_off', answers ? null : PLUGIN_OFF),
    onExamined(store, found) {
      const { id } = store;
      if (found.ok) log.info({ store: id, api: found.access.api }, 'found out how a store is spoken to');
      else
        log.warn({ store: id, kind: found.problem.kind, reason: found.problem.message }, 'a store has no usable API');
    },
  });
  const catalogs = createCatalogBatcher({ apiOf: apis.of, isWell: apis.isWell, observe: metrics.catalogAsked });
  const byApi = createStoreReader(catalogs);
  const byPayload = createPayloadReader(storage);
  const contextOf = createListingContexts({ storage, apis, clock });
  const announce = (keys: readonly GroupKey[]) => void wakeup.announce(keys);

  const reader: GroupReader = {
    read(store, key) {
      return (store.credentials === null ? byPayload : byApi).read(store, key);
    },
  };
  const orders = config.orders ?? DEFAULT_ORDER_SETTINGS;
  const orderApis = createOrderApis(clients);
  const placer = createOrderPlacer({
    apis: orderApis,
    storage,
    clientOf: clients.of,
    reader,
    contextOf,
    refreshCurrency: createCurrencyRefresh({ storage, apis, clock }),
    settings: orders,
    clock,
    log,
    observe: metrics.orderTried,
  });
  const cancel = createOrderCanceller({ storage, clientOf: clients.of, apis: orderApis, clock });
  const ordersWorker = createOrdersWorker({
    storage,
    owner,
    storeOf: storage.stores.byId,
    placer,
    cancel,
    read: createOrderReader(clients.of, orderApis),
    apis: orderApis,
    target,
    onLeaving: (storeId) => retire(storeId),
    onShipped: metrics.orderShipped,
    log,
    clock,
  });
  /** Something is due about orders: this process sees to it if that is its role, another one within a second. */
  const onOrderWork = () => {
    if (roles.has('worker')) ordersWorker.look();
  };

  const reconciler = createReconciler({
    storage,
    wakeup,
    owner,
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
      reader,
      target,
      batcher: createInventoryBatcher(target),
      contextOf,
      clock,
    },
  });

  let publicUrl = config.publicUrl ?? '';

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
    apis.reset(storeId);
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

  const liveness = createLiveness({
    storage,
    owner,
    log,
    clock,
    syncClock: shared.sync,
    onFreed() {
      if (roles.has('worker')) reconciler.look();
    },
  });
  const poller =
    options.polling === null
      ? null
      : createPoller({
          storage,
          apiOf: apis.of,
          contextOf,
          intervals: options.polling,
          sweepEveryMs: options.polling.sweep * 1000,
          visitWebhooks: createWebhooksVisit({ clientOf: clients.of, publicUrl: () => publicUrl, log, clock }),
          async markOrders(storeId, orderIds) {
            await storage.orders.mark(storeId, orderIds, 'poll', clock());
            onOrderWork();
          },
          onMarked: (storeId) => announce([{ storeId, groupId: 0 }]),
          flag,
          clock,
          observe: metrics.polled,
          log,
        });
  /** As it is connected, so that the doctor can tell what is new when it fails one day. */
  async function notePlugins(store: Store, signal: AbortSignal): Promise<void> {
    // A plugin watches over what is beside it by itself.
    const client = store.plugin === null ? clients.of(store) : null;
    const system = client && (await readSystemStatus(client, { signal }));
    if (system) await noteShopPlugins({ storage, clock }, store.id, system);
  }

  const importer = createImporter({
    storage,
    owner,
    apis,
    async beforeFirst(store, api, signal) {
      await Promise.all([poller?.begin(store, api), notePlugins(store, signal)]);
    },
    onMarked: (storeId) => announce([{ storeId, groupId: 0 }]),
    log,
    clock,
  });
  const finisher = createMarkFinisher({
    storage,
    onFinished(storeId) {
      directory.forget();
      announce([{ storeId, groupId: 0 }]);
      // Whoever was disconnecting it may be gone, and there may be nothing left to withdraw.
      void retire(storeId);
    },
    log,
  });
  /** A store's catalogue is to be walked: by this process if that is its role, else by whoever looks for it next. */
  const walk = (storeId: string) => {
    // Somebody wants to know: a plugin that was off a moment ago is asked first.
    apis.reset(storeId);
    if (roles.has('poller')) importer.resume(storeId);
  };
  const progress = createProgressBoard(storage, clock);
  const operator = requireOperator(adminToken);
  const buffer = createIngestBuffer(storage, {
    onMarked: announce,
    onPressed: metrics.pressed,
  });
  const budget = createBodyBudget({
    most: Math.max(BODIES.most, config.maxBody),
    mostOfOne: Math.max(BODIES.mostOfOne, config.maxBody),
  });
  const refused = createRefusedDeliveries({
    storage,
    enableWebhooks(store) {
      const client = clients.of(store);
      // Only what is there: whether any are missing is looked at elsewhere, and remembered.
      const wanted = { ...wantedWebhooks(store, publicUrl), topics: [], hindrance: null };
      return client && keepWebhooks(client, wanted, { previous: null, now: clock() });
    },
    onMarked(storeId) {
      directory.forget();
      progress.forget(storeId);
      announce([{ storeId, groupId: 0 }]);
      walk(storeId);
    },
    log,
    clock,
  });
  metrics.watchOrders(storage.orders.figures);
  metrics.watchFreshness(() => storesFreshness(storage));
  metrics.watchIngest({
    waiting: () => buffer.waiting,
    bodyBytes: () => budget.held,
    refusedStores: () => refused.pending,
  });
  const health = healthRoutes({
    storage,
    metrics,
    operator,
    clock,
    version,
    targetDown: () => reconciler.targetDown,
    openapi: receiverOpenapi(version),
  });
  const gates = {
    authenticate: authenticate(adminToken, { byTokenHash: storage.stores.byTokenHash, settle }),
    log,
  };
  function onConnected(store: Store): void {
    directory.forget();
    progress.forget(store.id);
    void pluginAnswered(store.id);
    // At once, and not only when its turn comes.
    void poller?.demand(store.id).catch((error: unknown) => log.warn({ err: error }, 'a poll was put off'));
    announce([{ storeId: store.id, groupId: 0 }]);
    walk(store.id);
  }
  /** The plugin takes its own away. If it can't be done now, deliveries to a store that is gone are refused until WooCommerce gives up. */
  async function takeWebhooksAway(store: Store): Promise<void> {
    const { id, plugin, access, webhookKey } = store;
    const api = access?.api ?? 'wc/v3';
    if (plugin !== null || store.credentials === null || (api !== 'wc/v3' && api !== 'wc/v2')) return;
    const client = clients.fresh(store);
    const result = await removeWebhooks(client, api, webhookKey).finally(() => client.close());
    if (!result.ok) log.warn({ store: id, reason: result.failure.message }, 'its webhooks could not be taken away');
  }
  const connecting = {
    storage,
    findAccess: createFindAccess(clients),
    allowPrivate: config.allowPrivateStores,
    clock,
  };
  /** What stores, DSTNC and operators call. */
  const doors = (): AppOptions => ({
    ...gates,
    webhooks: webhookHandlers({
      maxBody: config.maxBody,
      storeOf: directory.byWebhookKey,
      storeNow: directory.byWebhookKeyNow,
      budget,
      delivered: metrics.delivered,
      refused: refused.refuse,
      log,
      tools: {
        async keep(record) {
          await buffer.add(record);
          if (record.orders !== undefined) onOrderWork();
        },
        clock,
        flag,
      },
    }),
    open: [
      connectionRoutes({
        tools: { storage, codes, allowPrivate: config.allowPrivateStores, clientFor: clients.fresh, clock },
        onConnected,
        observe: metrics.connected,
        webhookUrl: (store) => storeView(store, publicUrl).webhookUrl,
        log,
      }),
      keyRequestRoutes({
        tools: { storage, codes, allowPrivate: config.allowPrivateStores, publicUrl: () => publicUrl, clock },
        connecting,
        onConnected,
        observe: metrics.connected,
        log,
      }),
      health,
    ],
    stores: [
      orderRoutes({ storage, clock, onWork: onOrderWork }),
      placingRoutes({
        storage,
        placer,
        cancel,
        clientOf: clients.of,
        owner,
        clock,
        onWork: onOrderWork,
      }),
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
          const { findAccess } = connecting;
          const targetDown = () => reconciler.targetDown;
          const heardAt = heardAtOf(storage);
          const tools = { storage, clientFor: clients.fresh, findAccess, targetDown, publicUrl, heardAt, clock };
          const report = await examineStore(tools, store);
          if (report.checks.some(({ id, status }) => id === 'plugin' && status === 'ok'))
            await pluginAnswered(store.id);
          return report;
        },
        resumeImport(storeId) {
          progress.forget(storeId);
          walk(storeId);
        },
        onDisconnected: (store) => void takeWebhooksAway(store),
        onOrderWork,
        retire,
      }),
    ],
    operators: [
      storeRoutes({
        storage,
        directory,
        connecting,
        onConnected,
        clock,
        publicUrl: () => publicUrl,
      }),
      deadLetterRoutes(storage, (id) => replayDeadLetter({ storage, clock, announce }, id), clock),
    ],
  });

  const closedDoors: AppOptions = { ...gates, webhooks: [], open: [health, closedRoutes()], stores: [], operators: [] };
  const server = createServer(createApp(roles.has('ingest') ? doors() : closedDoors));
  // WooCommerce sends over HTTP/1.0, one connection a delivery; slow ones must not hold a socket for minutes.
  server.requestTimeout = 60_000;
  server.headersTimeout = 15_000;
  let walks: NodeJS.Timeout | undefined;
  let housekeeping: NodeJS.Timeout | undefined;

  /** One process for all: for as long as it is alive, the others leave it to that one. */
  async function prune(): Promise<void> {
    const now = clock();
    if (!(await storage.leases.take('prune', owner, now))) return;
    await storage.orders.eraseOlder(now - orders.retentionMs);
    await storage.prune(now);
  }

  async function stop(): Promise<void> {
    clearInterval(housekeeping);
    clearInterval(walks);
    // All at once: each of them may take some seconds.
    const ended = Promise.all([
      poller?.stop(),
      importer.stop(),
      refused.stop(),
      finisher.stop(),
      reconciler.stop(),
      ordersWorker.stop(),
      wakeup.close(),
    ]);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    // What is half-way in is waited for, but not for ever: it was not acknowledged, and its sender will not think so.
    const cut = setTimeout(() => server.closeAllConnections(), 3_000).unref();
    await closed;
    clearTimeout(cut);
    await ended;
    await liveness.stop();
    await Promise.all([clients.close(), target.close()]);
  }

  /** @returns where it listens */
  async function start(): Promise<string> {
    // First of all: the machine's own clock may be an hour off, and what is marked by it would wait for that long.
    if (storage.shared) await shared.sync();
    const moved = await storage.groups.retarget(options.target.identity ?? options.target.url, clock());
    if (moved > 0) log.warn({ groups: moved }, 'DSTNC has another address than before: everything is sent again');
    await liveness.start();
    const url = await listen(server, config.port, config.host);
    if (publicUrl === '') publicUrl = url;
    if (roles.has('worker')) {
      await reconciler.start();
      finisher.start();
      ordersWorker.start();
      for (const store of await storage.stores.list()) if (store.disconnectedAt !== null) await retire(store.id);
    }
    if (roles.has('ingest')) await refused.resume();
    const lookForWalks = () =>
      importer
        .resumeAll()
        .catch((error: unknown) => log.warn({ err: error }, 'unfinished imports could not be looked for'));
    if (roles.has('poller')) {
      await lookForWalks();
      poller?.start();
      // The command line may add stores beside a process that runs alone, too.
      walks = setInterval(lookForWalks, WALKS_MS);
    }
    housekeeping = setInterval(() => {
      prune().catch((error: unknown) => log.warn({ err: error }, 'pruning was put off'));
    }, PRUNE_MS).unref();
    return url;
  }

  const url = await start().catch(async (error: unknown) => {
    // Half of it would go on: a process that does nothing, does not end, and says that it is alive.
    await stop();
    throw error;
  });
  return { url, publicUrl, stop };
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
