import {
  externalId,
  type OrderView,
  orderView,
  parseExternalId,
  readDecimal,
  scaleDecimal,
  writeDecimal,
} from '@dstnc/shared';
import { z } from 'zod';
import type { StoreClient } from '../store-client.ts';
import type { StoreFailure } from '../store-failure.ts';
import { addressOf } from './address-of.ts';
import {
  customerNote,
  type FoundOrder,
  type OrderAnswer,
  type OrderApi,
  type StoredOrder,
  type TotalledLine,
} from './order-api.ts';

/** Digits behind the point that amounts are asked for with. */
const DP = 8;
const PAGE = 100;

/** The codes by which the Legacy API says that an order doesn't exist. */
const GONE = new Set([
  'woocommerce_api_invalid_order_id',
  'woocommerce_api_invalid_order',
  'woocommerce_api_no_order_found',
]);

const decimal = z.union([z.string(), z.number()]).transform(String);
const line = z.looseObject({
  id: z.coerce.number(),
  product_id: z.coerce.number().catch(0),
  quantity: z.coerce.number().catch(0),
  total: decimal,
  total_tax: decimal.catch('0'),
});
type Line = z.infer<typeof line>;
const legacyOrder = z.looseObject({
  id: z.coerce.number().int().positive(),
  order_number: decimal.catch(''),
  status: z.string(),
  total: decimal,
  currency: z.string().catch(''),
  completed_at: z.unknown().optional(),
  updated_at: z.unknown().optional(),
  created_at: z.unknown().optional(),
  shipping_tax: decimal.catch('0'),
  line_items: z.array(line).catch([]),
  shipping_lines: z.array(line).catch([]),
});
const oneOrder = z.looseObject({ order: legacyOrder });
const refunds = z.looseObject({
  order_refunds: z.array(z.looseObject({ amount: decimal.catch('0'), line_items: z.array(line).catch([]) })),
});
const listed = z.looseObject({
  orders: z.array(
    z.looseObject({ id: z.coerce.number().int(), status: z.string().catch(''), note: z.string().catch('') }),
  ),
});

/**
 * Orders over the Legacy API (`/wc-api/v3/`), where wc/v3 is not to be had. It knows no transaction id of an order that isn't paid, and its
 * meta is closed to it: the reference is found in the order's customer note, by the shop's own search, so that no other customer's order
 * leaves the store. What it says of orders has no tracking in it.
 *
 * In 8.9.3, with order attribution on, it fails after it has made an order, each time (status 500): the order is found by the next look.
 *
 * @param client of the root of its version
 */
export function createLegacyOrderApi(client: StoreClient): OrderApi {
  async function ask(answer: ReturnType<StoreClient['get']>): Promise<OrderAnswer<StoredOrder>> {
    const told = await answer;
    if (!told.ok) return told;
    const read = oneOrder.safeParse(told.body);
    if (!read.success)
      return { ok: false, failure: mismatch('The store did not answer with the order. Check its caches.') };
    const { id, order_number, status, total, currency, line_items, shipping_lines, shipping_tax } = read.data.order;
    const value = {
      id,
      number: order_number,
      status,
      total,
      currency,
      lines: line_items.map(totalled),
      shipping: withTax(shipping_lines, shipping_tax).map(totalled),
    };
    return { ok: true, value };
  }

  async function read(id: number): Promise<OrderAnswer<StoredOrder | null>> {
    const answer = await ask(
      client.get(`orders/${id}`, {
        'filter[dp]': DP,
        fields: 'id,order_number,status,total,currency,shipping_tax,line_items,shipping_lines',
      }),
    );
    return !answer.ok && isGone(answer.failure) ? { ok: true, value: null } : answer;
  }

  /** What it answers to a change is rounded: it is read with all digits. */
  async function change(id: number, order: unknown): Promise<OrderAnswer<StoredOrder>> {
    const answer = await ask(client.post(`orders/${id}`, { order }));
    if (!answer.ok) return answer;
    const after = await read(id);
    return after.ok && after.value !== null ? { ok: true, value: after.value } : answer;
  }

  return {
    // The search needs none.
    newestId: async () => ({ ok: true, value: 0 }),

    async find(reference) {
      const first = customerNote({ reference });
      const found: FoundOrder[] = [];
      for (let page = 1; ; page++) {
        const answer = await client.get('orders', {
          'filter[q]': searchable(first),
          'filter[limit]': PAGE,
          'filter[orderby]': 'ID',
          page,
          fields: 'id,status,note',
        });
        if (!answer.ok) return answer;
        const read = listed.safeParse(answer.body);
        if (!read.success)
          return { ok: false, failure: mismatch('The store did not answer with its orders. Check its caches.') };
        for (const { id, status, note } of read.data.orders) {
          if (note.split('\n')[0]?.trim() === first) found.push({ id, status });
        }
        if (read.data.orders.length < PAGE) return { ok: true, value: found.sort((a, b) => a.id - b.id) };
      }
    },

    async create({ order, email }) {
      const made = await ask(
        client.post('orders', {
          order: {
            status: 'pending',
            note: customerNote(order),
            currency: order.currency,
            billing_address: { ...addressOf(order.billing), email },
            shipping_address: addressOf(order.shipping ?? order.billing),
            payment_details: { method_id: 'dstnc', method_title: 'DSTNC', paid: false },
            line_items: order.lines.map(({ externalId: item, quantity, total }) => {
              const { productId, variationId } = parseExternalId(item) ?? { productId: 0, variationId: 0 };
              return { product_id: variationId || productId, quantity, subtotal: total, total };
            }),
            shipping_lines: order.shippingLines.map(({ title, total }) => ({
              method_id: 'dstnc',
              method_title: title,
              total,
            })),
          },
        }),
      );
      if (!made.ok) return made;
      const after = await read(made.value.id);
      return after.ok && after.value !== null ? { ok: true, value: after.value } : made;
    },

    read,

    correct: (id, { items, shipping }) =>
      change(id, {
        line_items: items.map(({ lineId, productId, total }) => ({
          id: lineId,
          product_id: productId,
          subtotal: total,
          total,
        })),
        shipping_lines: shipping.map(({ lineId, total }) => ({ id: lineId, method_id: 'dstnc', total })),
      }),

    // No shop with the plugin is spoken to in this way: its drafts all have that address.
    promote: (id, status) => change(id, { status }),

    cancel: (id) => change(id, { status: 'cancelled' }),

    async remove(ids) {
      for (const id of ids) {
        const answer = await client.delete(`orders/${id}`, { force: true });
        if (!answer.ok && !isGone(answer.failure)) return answer;
      }
      return { ok: true, value: null };
    },

    async view(id, reference): Promise<OrderAnswer<OrderView | null>> {
      const [answer, refunded] = await Promise.all([
        client.get(`orders/${id}`, {
          fields: 'id,order_number,status,total,currency,created_at,updated_at,completed_at,line_items',
        }),
        client.get(`orders/${id}/refunds`),
      ]);
      for (const one of [answer, refunded]) {
        if (!one.ok) return isGone(one.failure) ? { ok: true, value: null } : one;
      }
      const read = oneOrder.safeParse(answer.ok && answer.body);
      const readRefunds = refunds.safeParse(refunded.ok && refunded.body);
      if (!read.success || !readRefunds.success)
        return { ok: false, failure: mismatch('The store did not answer with the order. Check its caches.') };
      const { order } = read.data;
      const { order_refunds } = readRefunds.data;
      const left = new Map<number, number>();
      for (const { product_id, quantity } of order_refunds.flatMap(({ line_items }) => line_items))
        left.set(product_id, (left.get(product_id) ?? 0) + Math.abs(quantity));
      const view = orderView.parse({
        orderId: order.id,
        reference,
        number: order.order_number,
        status: order.status,
        currency: order.currency,
        total: order.total,
        dateCreated: order.created_at,
        // A date is there before the order is completed, too, and then it says nothing.
        dateCompleted: order.status === 'completed' ? order.completed_at : null,
        dateModified: order.updated_at,
        lines: order.line_items.map(({ id: lineId, product_id, quantity }) => {
          // Refunds don't say which line they are of, only which product.
          const refunded = Math.min(quantity, left.get(product_id) ?? 0);
          left.set(product_id, (left.get(product_id) ?? 0) - refunded);
          // Of a variation its own id stands here, and of its product there is none.
          return { lineId, externalId: externalId(product_id), quantity, refunded };
        }),
        refundedTotal: order_refunds.some(({ amount }) => Number(amount) !== 0) ? '1' : '0',
        trackingItems: null,
      });
      return { ok: true, value: view };
    },
  };
}

/**
 * The words of a note that the shop's search understands: one that begins with "-" is taken for what is not to be found, and WordPress puts
 * a backslash before a quote, which the Legacy API then takes for another request than the one that was signed. What is found is compared
 * anyway.
 */
function searchable(note: string): string {
  return note
    .split(/\s+/)
    .filter((word) => /^[\p{L}\p{N}][\p{L}\p{N}._:/#-]*$/u.test(word))
    .join(' ');
}

/** The Legacy API tells the tax on shipping in one sum: each line has its part of it. */
function withTax(lines: readonly Line[], tax: string): Line[] {
  const nets = lines.map(({ total }) => readDecimal(total) ?? 0n);
  const whole = nets.reduce((sum, net) => sum + net, 0n);
  const sum = readDecimal(tax) ?? 0n;
  return lines.map((one, index) => ({
    ...one,
    total_tax: whole <= 0n ? '0' : writeDecimal(scaleDecimal(sum, nets[index] ?? 0n, whole), DP),
  }));
}

function totalled({ id, product_id, total, total_tax }: Line): TotalledLine {
  return { lineId: id, productId: product_id, total, tax: total_tax };
}

function isGone(failure: StoreFailure): boolean {
  return (failure.kind === 'not_found' || failure.kind === 'refused') && GONE.has(failure.code);
}

function mismatch(message: string): StoreFailure {
  return { kind: 'mismatch', message, retryable: true };
}
