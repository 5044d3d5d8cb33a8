import { type OrderView, parseExternalId, readDecimal, writeDecimal } from '@dstnc/shared';
import { z } from 'zod';
import type { StoreClient } from '../store-client.ts';
import type { StoreFailure } from '../store-failure.ts';
import { addressOf } from './address-of.ts';
import {
  type CorrectedLine,
  customerNote,
  type FoundOrder,
  type OrderAnswer,
  type OrderApi,
  REFERENCE_META,
  type SearchRange,
  type StoredOrder,
  type TotalledLine,
} from './order-api.ts';
import { wcOrderView } from './wc-order-view.ts';

/** Digits behind the point that amounts are asked for with: WooCommerce rounds them to the shop's two otherwise. */
const DP = 8;
const PAGE = 100;
/** Orders that are asked for by their ids at a time: some security plugins dislike long addresses. */
const TOGETHER = 20;
/** By how much a shop's clock, and its time zone, may be off, in milliseconds. */
const SLACK_MS = 2 * 86_400_000;
/** How often they are looked through from the beginning where one is deleted meanwhile. */
const TRIES = 5;
/** Orders that are looked through at most, from the newest on. */
const MOST = 10_000;

/** What of an order its placing needs: nothing else of it has to leave the store. */
const PLACING_FIELDS = 'id,number,status,total,currency,line_items,shipping_lines';
/** The same of what becomes of it later. */
const VIEW_FIELDS =
  'id,number,status,currency,total,date_created_gmt,date_completed_gmt,date_modified_gmt,line_items,refunds,meta_data';

/** The codes by which WooCommerce says, with 404, that an order doesn't exist. */
const GONE = new Set([
  'woocommerce_rest_shop_order_invalid_id',
  'woocommerce_rest_shop_order_v2_invalid_id',
  'woocommerce_rest_order_invalid_id',
]);

const decimal = z.union([z.string(), z.number()]).transform(String);
const taxes = z.array(z.looseObject({ total: decimal.catch('0') })).catch([]);
const wcLine = z.looseObject({
  id: z.coerce.number(),
  product_id: z.coerce.number().catch(0),
  total: decimal,
  total_tax: decimal.catch('0'),
  taxes,
});
const storedOrder = z.looseObject({
  id: z.coerce.number().int().positive(),
  number: decimal.catch(''),
  status: z.string(),
  total: decimal,
  currency: z.string().catch(''),
  line_items: z.array(wcLine).catch([]),
  shipping_lines: z.array(wcLine).catch([]),
});
const listed = z.array(
  z.looseObject({ id: z.coerce.number().int(), status: z.string().catch(''), transaction_id: z.unknown().optional() }),
);

/** Orders over wc/v3. */
export function createWcOrderApi(client: StoreClient): OrderApi {
  async function ask(answer: ReturnType<StoreClient['get']>): Promise<OrderAnswer<StoredOrder>> {
    const told = await answer;
    if (!told.ok) return told;
    const read = storedOrder.safeParse(told.body);
    if (!read.success)
      return { ok: false, failure: mismatch('The store did not answer with the order. Check its caches.') };
    const { id, number, status, total, currency, line_items, shipping_lines } = read.data;
    const value = {
      id,
      number,
      status,
      total,
      currency,
      lines: line_items.map(lineOf),
      shipping: shipping_lines.map(lineOf),
    };
    return { ok: true, value };
  }

  const change = (id: number, order: Record<string, unknown>) =>
    ask(client.post(`wc/v3/orders/${id}`, { ...order, dp: DP, _fields: PLACING_FIELDS }));

  async function list(query: Record<string, string | number>): Promise<OrderAnswer<z.infer<typeof listed>>> {
    const answer = await client.get('wc/v3/orders', { orderby: 'id', order: 'desc', status: 'any', ...query });
    if (!answer.ok) return answer;
    const read = listed.safeParse(answer.body);
    if (read.success) return { ok: true, value: read.data };
    return { ok: false, failure: mismatch('The store did not answer with its orders. Check its caches.') };
  }

  /** The ids of all orders there. */
  async function idsIn(range: SearchRange): Promise<OrderAnswer<readonly number[]>> {
    for (let tries = 0; tries < TRIES; tries++) {
      const ids = await idsOnce(range);
      if (ids !== 'moved') return ids;
    }
    return { ok: false, failure: mismatch('Orders are deleted in the store while they are looked through.') };
  }

  /** @returns `moved`: one was deleted meanwhile, and another one may have been passed over */
  async function idsOnce({ baseline = 0, since }: SearchRange): Promise<OrderAnswer<readonly number[]> | 'moved'> {
    const ids = new Set<number>();
    const after = since === undefined ? {} : { after: new Date(since - SLACK_MS).toISOString() };
    let last = 0;
    // Mostly there are few, and WooCommerce makes all of an order before it leaves out what isn't asked for.
    for (let offset = 0, size = TOGETHER; offset < MOST; size = PAGE) {
      const answer = await list({ per_page: size, offset, _fields: 'id', ...after });
      if (!answer.ok) return answer;
      const page = answer.value.map(({ id }) => id);
      // Each page begins with the end of the one before, the newest first.
      if ((page[0] ?? 0) < last) return 'moved';
      for (const id of page) if (id > baseline) ids.add(id);
      if (page.length < size || page.some((id) => id <= baseline)) return { ok: true, value: [...ids] };
      last = page.at(-1) ?? 0;
      offset += page.length - 1;
    }
    return { ok: false, failure: mismatch('The store has more new orders than can be looked through.') };
  }

  return {
    async newestId() {
      const answer = await list({ per_page: 1, _fields: 'id' });
      return answer.ok ? { ok: true, value: answer.value[0]?.id ?? 0 } : answer;
    },

    async find(reference, range) {
      const ids = await idsIn(range);
      if (!ids.ok) return ids;
      const found = new Map<number, FoundOrder>();
      for (let from = 0; from < ids.value.length; from += TOGETHER) {
        // Of other customers' orders nothing more is ever seen, and of older ones not even this.
        const answer = await list({
          include: ids.value.slice(from, from + TOGETHER).join(','),
          per_page: TOGETHER,
          _fields: 'id,status,transaction_id',
        });
        if (!answer.ok) return answer;
        for (const { id, status, transaction_id } of answer.value) {
          if (transaction_id === reference) found.set(id, { id, status });
        }
      }
      return { ok: true, value: [...found.values()].sort((a, b) => a.id - b.id) };
    },

    create: ({ order, email }) =>
      ask(
        client.post('wc/v3/orders', {
          status: 'pending',
          transaction_id: order.reference,
          payment_method_title: 'DSTNC',
          currency: order.currency,
          customer_note: customerNote(order),
          billing: { ...addressOf(order.billing), email },
          shipping: addressOf(order.shipping ?? order.billing),
          line_items: order.lines.map(({ externalId, quantity, total }) => {
            const { productId, variationId } = parseExternalId(externalId) ?? { productId: 0, variationId: 0 };
            return {
              product_id: productId,
              ...(variationId > 0 && { variation_id: variationId }),
              quantity,
              subtotal: total,
              total,
            };
          }),
          shipping_lines: order.shippingLines.map(({ title, total }) => ({
            method_id: 'dstnc',
            method_title: title,
            total,
          })),
          meta_data: [{ key: REFERENCE_META, value: order.reference }],
          dp: DP,
          _fields: PLACING_FIELDS,
        }),
      ),

    async read(id) {
      const answer = await ask(client.get(`wc/v3/orders/${id}`, { dp: DP, _fields: PLACING_FIELDS }));
      if (answer.ok && answer.value.id !== id)
        return {
          ok: false,
          failure: mismatch(`The store was asked for order ${id} and answered with another. Check its caches.`),
        };
      return !answer.ok && isGone(answer.failure) ? { ok: true, value: null } : answer;
    },

    correct(id, { items, shipping }) {
      const changed = (line: CorrectedLine) => ({ id: line.lineId, total: line.total });
      return change(id, {
        line_items: items.map((line) => ({ ...changed(line), subtotal: line.total })),
        shipping_lines: shipping.map(changed),
      });
    },

    promote: (id, status, email) => change(id, { status, billing: { email } }),

    cancel: (id) => change(id, { status: 'cancelled' }),

    async remove(ids) {
      // The batch route deletes for good, and needs no other method than POST, which some hosts let through alone.
      const answer = await client.post('wc/v3/orders/batch', { delete: ids, _fields: 'delete' });
      return answer.ok ? { ok: true, value: null } : answer;
    },

    async view(id, reference): Promise<OrderAnswer<OrderView | null>> {
      const order = await client.get(`wc/v3/orders/${id}`, { _fields: VIEW_FIELDS });
      if (!order.ok) return isGone(order.failure) ? { ok: true, value: null } : order;
      const refunded = z.looseObject({ refunds: z.array(z.unknown()).min(1) }).safeParse(order.body).success;
      const [refunds, fulfillments] = await Promise.all([
        refunded ? client.get(`wc/v3/orders/${id}/refunds`, { per_page: PAGE, _fields: 'id,line_items' }) : null,
        client.get(`wc/v3/orders/${id}/fulfillments`),
      ]);
      if (refunds !== null && !refunds.ok) return refunds;
      // Without the feature there is no such route; what else goes wrong there is no reason to miss the order's completion.
      const without = !fulfillments.ok && fulfillments.failure.kind !== 'not_found' && fulfillments.failure.retryable;
      if (without) return { ok: false, failure: fulfillments.failure };
      const parts = {
        order: order.body,
        refunds: refunds?.body ?? [],
        fulfillments: fulfillments.ok ? fulfillments.body : null,
      };
      const view = wcOrderView(parts, reference);
      return view !== null && view.orderId === id
        ? { ok: true, value: view }
        : {
            ok: false,
            failure: mismatch(
              `The store was asked for order ${id} and answered with something else. Check its caches.`,
            ),
          };
    },
  };
}

/** The sum of its taxes has more digits than the rounded tax of the line. */
function lineOf({ id, product_id, total, total_tax, taxes }: z.infer<typeof wcLine>): TotalledLine {
  const parts = taxes.map((tax) => readDecimal(tax.total) ?? 0n);
  const tax =
    parts.length === 0
      ? total_tax
      : writeDecimal(
          parts.reduce((sum, part) => sum + part, 0n),
          DP,
        );
  return { lineId: id, productId: product_id, total, tax };
}

function isGone(failure: StoreFailure): boolean {
  return failure.kind === 'not_found' && GONE.has(failure.code);
}

function mismatch(message: string): StoreFailure {
  return { kind: 'mismatch', message, retryable: true };
}
