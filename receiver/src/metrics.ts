import { orderState } from '@dstnc/shared';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { ReconcileEvent } from './catalog/reconcile-group.ts';
import type { FinishEvent } from './catalog/reconciler.ts';
import type { PollEvent } from './polling/poll-store.ts';
import type { OrderFigures } from './storage/order-rows.ts';
import type { Backlog } from './storage/storage.ts';

/** What Prometheus scrapes. No label names a store or a shopper: series stay few, and nothing leaks. */
export interface Metrics {
  readonly registry: Registry;
  delivered(outcome: string): void;
  /** Deliveries of which nothing was logged, as there were too many. */
  pressed(deliveries: number): void;
  /** Has its figures asked for at each scrape. */
  watchIngest(ingest: IngestFigures): void;
  /** Several products were asked of a store's plugin in one request. */
  catalogAsked(event: { readonly ids: number; readonly outcome: string }): void;
  /** A shop tried to connect. */
  connected(outcome: string): void;
  /** A store was polled, or a sweep has ended. */
  polled(event: PollEvent): void;
  /** Has it asked at each scrape up to when everything of the stores is at DSTNC. */
  watchFreshness(freshness: () => Promise<StoresFreshness>): void;
  observe(event: ReconcileEvent | FinishEvent): void;
  /** A try to place an order has ended. */
  orderTried(outcome: 'placed' | 'refused' | 'withdrawn' | 'waiting' | 'lost'): void;
  /** DSTNC took the first shipment of a completed order, so many milliseconds after that was completed. */
  orderShipped(lateMs: number): void;
  /** Has it asked at each scrape how DSTNC's orders stand. */
  watchOrders(figures: () => Promise<OrderFigures>): void;
}

/** All states of orders: one that no order has any more is 0, and not what it was. */
const ORDER_STATES = orderState.options;

/** How fresh the stores are, all together. */
export interface StoresFreshness {
  /** Everything of every store up to then is at DSTNC, milliseconds since 1970; null: there is no store. */
  readonly upTo: number | null;
  /** How many stores are in each state; `withheld`: their listings are hidden. */
  readonly states: Readonly<Record<'fresh' | 'stale' | 'credentials_invalid' | 'withheld', number>>;
}

/** What is under way between a delivery's arrival and its acknowledgement. */
export interface IngestFigures {
  /** Deliveries that wait for their commit. */
  readonly waiting: () => number;
  /** Bytes of deliveries that are not answered yet. */
  readonly bodyBytes: () => number;
  /** Stores of which deliveries were refused, and whose products are not marked yet. */
  readonly refusedStores: () => number;
}

/** @param backlog asked at each scrape */
export function createMetrics(backlog: () => Promise<Backlog>, clock: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const deliveries = new Counter({
    name: 'dstnc_deliveries_total',
    help: 'Webhook deliveries by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const withoutLog = new Counter({
    name: 'dstnc_deliveries_without_log_total',
    help: 'Deliveries that were taken under pressure: their marks were kept, and no log of them',
    registers,
  });
  const connections = new Counter({
    name: 'dstnc_connections_total',
    help: 'Shops that tried to connect by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const reads = new Counter({
    name: 'dstnc_reads_total',
    help: 'Reads of product groups from stores by result',
    labelNames: ['result'],
    registers,
  });
  const catalogs = new Counter({
    name: 'dstnc_catalog_requests_total',
    help: "Requests to stores' plugins for product groups by outcome",
    labelNames: ['outcome'],
    registers,
  });
  const catalogGroups = new Histogram({
    name: 'dstnc_catalog_request_groups',
    help: "Product groups asked of a store's plugin in one request",
    buckets: [1, 2, 5, 10, 25, 50, 100],
    registers,
  });
  const sends = new Counter({
    name: 'dstnc_sends_total',
    help: 'Calls to DSTNC by what was sent and by outcome',
    labelNames: ['what', 'outcome'],
    registers,
  });
  const steps = new Counter({
    name: 'dstnc_reconciles_total',
    help: 'Reconcile steps by result',
    labelNames: ['result'],
    registers,
  });
  const delay = new Histogram({
    name: 'dstnc_change_to_accepted_seconds',
    help: 'From the first mark of a change to its acceptance by DSTNC',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200],
    registers,
  });
  new Gauge({
    name: 'dstnc_dirty_groups',
    help: 'Product groups that DSTNC is not known to agree on',
    registers,
    async collect() {
      this.set((await backlog()).dirty);
    },
  });
  new Gauge({
    name: 'dstnc_oldest_dirty_seconds',
    help: 'Age of the oldest change that DSTNC has not accepted',
    registers,
    async collect() {
      const { oldestMarkedAt } = await backlog();
      this.set(oldestMarkedAt === null ? 0 : Math.max(0, (clock() - oldestMarkedAt) / 1000));
    },
  });

  const polls = new Counter({
    name: 'dstnc_polls_total',
    help: 'Polls of stores by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const pollGroups = new Counter({
    name: 'dstnc_poll_groups_total',
    help: 'Product groups that polls found changed',
    registers,
  });
  const sweeps = new Counter({ name: 'dstnc_sweeps_total', help: 'Sweeps that came to their end', registers });
  const sweptGroups = new Counter({
    name: 'dstnc_sweep_groups_total',
    help: 'Product groups that sweeps compared, and those that differed',
    labelNames: ['what'],
    registers,
  });

  const placings = new Counter({
    name: 'dstnc_order_placings_total',
    help: 'Tries to place an order by outcome; waiting: it failed for now, and is tried again',
    labelNames: ['outcome'],
    registers,
  });
  const shipped = new Histogram({
    name: 'dstnc_order_completed_to_shipment_seconds',
    help: "From an order's completion in its shop to DSTNC's acceptance of its first shipment",
    buckets: [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 1800, 7200, 86400],
    registers,
  });

  return {
    registry,
    delivered: (outcome) => deliveries.inc({ outcome }),
    pressed: (count) => withoutLog.inc(count),
    watchIngest({ waiting, bodyBytes, refusedStores }) {
      const gauge = (name: string, help: string, figure: () => number) =>
        new Gauge({
          name,
          help,
          registers,
          collect() {
            this.set(figure());
          },
        });
      gauge('dstnc_ingest_waiting', 'Deliveries that wait for their commit', waiting);
      gauge('dstnc_ingest_body_bytes', 'Bytes set aside for deliveries that are not answered yet', bodyBytes);
      gauge('dstnc_stores_refused', 'Stores with refused deliveries whose products are not marked yet', refusedStores);
    },
    catalogAsked({ ids, outcome }) {
      catalogs.inc({ outcome });
      catalogGroups.observe(ids);
    },
    connected: (outcome) => connections.inc({ outcome }),
    polled(event) {
      if (event.on === 'poll') {
        polls.inc({ outcome: event.outcome });
        pollGroups.inc(event.groups);
        return;
      }
      sweeps.inc();
      sweptGroups.inc({ what: 'compared' }, event.walked);
      sweptGroups.inc({ what: 'differing' }, event.differing);
    },
    watchFreshness(freshness) {
      new Gauge({
        name: 'dstnc_up_to_timestamp_seconds',
        help: 'Everything of every store up to then is at DSTNC',
        registers,
        async collect() {
          const { upTo } = await freshness();
          this.set(Math.floor((upTo ?? clock()) / 1000));
        },
      });
      new Gauge({
        name: 'dstnc_stores',
        help: 'Connected stores by how fresh they are',
        labelNames: ['state'],
        registers,
        async collect() {
          for (const [state, count] of Object.entries((await freshness()).states)) this.set({ state }, count);
        },
      });
    },
    orderTried: (outcome) => placings.inc({ outcome }),
    orderShipped: (lateMs) => shipped.observe(lateMs / 1000),
    watchOrders(read) {
      // Both gauges are asked at the same time, and it is one question.
      let asked: ReturnType<typeof read> | undefined;
      const figures = () => {
        asked ??= read().finally(() => {
          asked = undefined;
        });
        return asked;
      };
      new Gauge({
        name: 'dstnc_orders',
        help: "DSTNC's orders by state",
        labelNames: ['state'],
        registers,
        async collect() {
          const { states } = await figures();
          for (const state of ORDER_STATES) this.set({ state }, states[state] ?? 0);
        },
      });
      new Gauge({
        name: 'dstnc_oldest_unplaced_order_seconds',
        help: 'Age of the oldest order that is neither placed nor refused',
        registers,
        async collect() {
          const { oldestUnplacedAt: at } = await figures();
          this.set(at === null ? 0 : Math.max(0, (clock() - at) / 1000));
        },
      });
    },
    observe(event) {
      switch (event.on) {
        case 'read':
          reads.inc({ result: event.reading.kind });
          break;
        case 'send':
          sends.inc({ what: event.what, outcome: event.outcome.kind });
          break;
        case 'finish': {
          const { claim, result } = event;
          steps.inc({ result: result.kind });
          if (result.kind === 'agreed' && result.sent) delay.observe((result.sent.acceptedAt - claim.markedAt) / 1000);
        }
      }
    },
  };
}
