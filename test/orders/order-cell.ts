import { setTimeout as pause } from 'node:timers/promises';
import { poll } from '../rig/poll.ts';
import { anOrder } from './an-order.ts';
import type { OrderFault } from './fault-proxy.ts';
import { type OrderGround, startOrderGround } from './order-ground.ts';
import { type OrderShop, type StoredOrder, startOrderShop, type Way } from './order-shop.ts';

/** A store, and the way orders get into it. */
export interface Cell {
  readonly woocommerce: string;
  readonly hpos: boolean;
  readonly way: Way;
  readonly orders: number;
}

/** What came of the orders of a cell. */
export interface CellResult {
  readonly references: number;
  readonly answered: number;
  /** Orders in the store that carry a reference, whatever their status. */
  readonly inStore: number;
  /** References with another number of orders than one. */
  readonly wrong: readonly string[];
  /** Answers that name another order than the one that is there. */
  readonly mistaken: readonly string[];
  /** Pieces taken from the stock, and ordered. */
  readonly taken: number;
  readonly ordered: number;
  readonly requests: number;
  /** Faults that requests to the store met, and that were planned. */
  readonly faults: number;
  readonly planned: number;
  readonly kills: number;
  readonly seconds: number;
}

/** Where a request stands in the placing of its order. */
type Step = 'create' | 'change' | 'other';

const FAULTS: readonly OrderFault[] = [
  'time-out before',
  'time-out after',
  'a minute late',
  'cut before',
  'cut after',
  '500 before',
  '500 after',
];

/** What happens to each order, by turns: a fault on the way of its creation, of its promotion, of both; ten calls at once; nothing. */
const TABLE: readonly { readonly create?: OrderFault; readonly change?: OrderFault; readonly tenfold?: true }[] = [
  ...FAULTS.map((create) => ({ create })),
  ...FAULTS.map((change) => ({ change })),
  { tenfold: true },
  { tenfold: true, create: 'cut after' },
  { create: 'a minute late', change: 'time-out after' },
  {},
];

/** Orders that DSTNC waits for at the same time. */
const AT_ONCE = 12;
const KILLS = 3;

/** Places the orders of a cell under every fault of the table, with a receiver that is killed at random moments. */
export async function playCell(cell: Cell, random: () => number): Promise<CellResult> {
  const startedAt = Date.now();
  const ground = await startOrderGround();
  const shop = await startOrderShop(cell.way, { woocommerce: cell.woocommerce, hpos: cell.hpos, workers: 6 }).catch(
    async (error: unknown) => {
      await ground.stop();
      throw error;
    },
  );
  try {
    const productId = await shop.addProduct();
    const before = await shop.stock(productId);
    const storeId = await ground.connect(shop, 'lamps', cell.way);
    planFaults(shop);

    const references = Array.from({ length: cell.orders }, (_, index) => `PO-${index}`);
    const answers = new Map<string, { status: number; orderId: number }>();
    let requests = 0;
    const left = references.entries();
    async function customers(): Promise<void> {
      for (const [index, reference] of left) {
        const order = anOrder(reference, productId);
        const extra = TABLE[index % TABLE.length]?.tenfold ? 9 : 0;
        const others = Array.from({ length: extra }, () =>
          ground.dstnc.once(storeId, order, `key-${reference}`).catch(() => null),
        );
        const answer = await ground.dstnc.place(storeId, order);
        answers.set(reference, { status: answer.status, orderId: answer.body.storeOrderId });
        requests += answer.tries + extra;
        for (const other of await Promise.all(others)) {
          const id = other?.body?.storeOrderId;
          if (id !== undefined && id !== answer.body.storeOrderId) throw new Error(`${reference} has two answers`);
        }
      }
    }
    let done = false;
    const placing = Promise.all(Array.from({ length: AT_ONCE }, customers)).finally(() => {
      done = true;
    });
    const kills = await killNowAndThen(ground, random, () => done);
    await placing;

    // What was a minute late has arrived by then, and an hour later it is cleared away.
    await poll(async () => shop.proxy.pending === 0, {
      timeoutMs: 180_000,
      what: 'the last requests to arrive',
      everyMs: 200,
    });
    ground.hourPasses();
    // With the hour all orders are due for another look at once, and the last ones wait for all others.
    await poll(async () => settled(await shop.orders()), {
      timeoutMs: 180_000 + 2_000 * references.length,
      what: 'late orders to be removed',
      everyMs: 1_000,
    }).catch(() => {});

    const stored = await shop.orders();
    const byReference = Map.groupBy(stored, ({ reference }) => reference);
    return {
      references: references.length,
      answered: answers.size,
      inStore: stored.filter(({ reference }) => reference !== null).length,
      wrong: references.filter((reference) => byReference.get(reference)?.length !== 1),
      mistaken: references.filter(
        (reference) => answers.get(reference)?.orderId !== byReference.get(reference)?.[0]?.id,
      ),
      taken: before - (await shop.stock(productId)),
      ordered: references.length * 2,
      requests,
      faults: shop.proxy.calls.filter(({ fault }) => fault !== 'none').length,
      planned: references.map((_, index) => faultsOf(index).length).reduce((sum, count) => sum + count, 0),
      kills,
      seconds: Math.round((Date.now() - startedAt) / 1000),
    };
  } finally {
    await ground.stop();
    await shop.stop();
  }
}

/** What the order of this number meets. */
function faultsOf(index: number): readonly OrderFault[] {
  const { create, change } = TABLE[index % TABLE.length] ?? {};
  return [create, change].filter((fault) => fault !== undefined);
}

const settled = (orders: readonly StoredOrder[]) => orders.every(({ status }) => status === 'processing');

/** Each order meets its fault once at each step. */
function planFaults({ proxy }: OrderShop): void {
  const referenceOf = new Map<number, string>();
  const met = new Set<string>();
  proxy.onAnswer(({ method, path, body, answer }) => {
    const made = method === 'POST' ? whatIs(path, body).made : undefined;
    const id = made === undefined ? undefined : idOf(answer);
    if (made !== undefined && id !== undefined) referenceOf.set(id, made);
    // Over the Legacy API 8.9.3 fails after it has made an order, each time: its id is seen in the search for it.
    for (const [, found, note = ''] of answer.matchAll(
      /\{"id":(\d+),"status":"[^"]*","note":"DSTNC order ([^"\\]+)/g,
    )) {
      referenceOf.set(Number(found), note);
    }
  });
  proxy.plan(({ method, path, body }) => {
    if (method !== 'POST') return 'none';
    const { reference, step } = whatIs(path, body);
    const index = reference === undefined ? Number.NaN : Number(/^PO-(\d+)$/.exec(reference)?.[1]);
    const fault = TABLE[index % TABLE.length]?.[step === 'other' ? 'create' : step];
    const meeting = `${reference} ${step}`;
    if (step === 'other' || fault === undefined || met.has(meeting)) return 'none';
    met.add(meeting);
    return fault;
  });

  /** @returns `made`: the reference of an order that comes into being over wc/v3 or the Legacy API */
  function whatIs(
    path: string,
    body: string,
  ): { reference?: string | undefined; step: Step; made?: string | undefined } {
    const { pathname } = new URL(path, 'http://store');
    const sent = JSON.parse(body || '{}') as { reference?: string } & SentOrder & { order?: SentOrder };
    if (pathname.endsWith('/wc-dstnc/v1/orders')) {
      // Of the plugin one request does all: the second time it is asked is the change.
      const first =
        !met.has(`${sent.reference} create`) &&
        TABLE[Number(sent.reference?.slice(3)) % TABLE.length]?.create !== undefined;
      return { reference: sent.reference, step: first ? 'create' : 'change' };
    }
    const order = sent.order ?? sent;
    const made = order.transaction_id ?? /^DSTNC order (\S+)/.exec(order.note ?? '')?.[1];
    if (/\/(wc|wc-api)\/v3\/orders$/.test(pathname)) return { reference: made, step: 'create', made };
    const id = Number(/\/(?:wc|wc-api)\/v3\/orders\/(\d+)$/.exec(pathname)?.[1]);
    return { reference: referenceOf.get(id), step: order.status === undefined ? 'other' : 'change' };
  }
}

/** What of an order is sent over wc/v3, or in the Legacy API's envelope. */
interface SentOrder {
  readonly transaction_id?: string;
  readonly note?: string;
  readonly status?: string;
}

/** The id of the order that the store says it has made; undefined: it says something else. */
function idOf(answer: string): number | undefined {
  try {
    const { id, order } = JSON.parse(answer) as { id?: number; order?: { id: number } };
    return order?.id ?? id;
  } catch {
    return undefined;
  }
}

async function killNowAndThen({ receiver }: OrderGround, random: () => number, done: () => boolean): Promise<number> {
  let kills = 0;
  while (!done()) {
    await pause(200);
    if (kills >= KILLS || random() > 0.04) continue;
    await receiver.kill();
    kills += 1;
    await receiver.start();
  }
  return kills;
}
