import { externalId, type OrderView, orderView } from '@dstnc/shared';
import { z } from 'zod';

const meta = z.array(z.looseObject({ key: z.string(), value: z.unknown().optional() })).catch([]);

const wcLine = z.looseObject({
  id: z.coerce.number(),
  product_id: z.coerce.number().catch(0),
  variation_id: z.coerce.number().catch(0),
  quantity: z.coerce.number().catch(0),
  sku: z.unknown().optional(),
});

const wcOrder = z.looseObject({
  id: z.coerce.number().int().positive(),
  number: z.union([z.string(), z.number()]).transform(String).catch(''),
  status: z.string(),
  currency: z.string().catch(''),
  total: z.union([z.string(), z.number()]).transform(String).catch(''),
  date_created_gmt: z.unknown().optional(),
  date_completed_gmt: z.unknown().optional(),
  date_modified_gmt: z.unknown().optional(),
  line_items: z.array(wcLine).catch([]),
  refunds: z.array(z.looseObject({ total: z.union([z.string(), z.number()]).transform(String) })).catch([]),
  meta_data: meta,
});

const wcRefund = z.looseObject({
  line_items: z.array(z.looseObject({ quantity: z.coerce.number().catch(0), meta_data: meta })).catch([]),
});

const wcFulfillment = z.looseObject({
  id: z.coerce.number().int().positive(),
  status: z.string().catch(''),
  is_fulfilled: z.boolean().optional().catch(undefined),
  date_updated: z.unknown().optional(),
  meta_data: meta,
});

/** What wc/v3 says of one order, each part as it came. */
export interface WcOrderParts {
  readonly order: unknown;
  /** `orders/<id>/refunds`; empty where there are none. */
  readonly refunds: unknown;
  /** `orders/<id>/fulfillments`; null: the store doesn't have them. */
  readonly fulfillments: unknown;
}

/** Where both Shipment Tracking and AST keep what they know. */
const TRACKING_META = '_wc_shipment_tracking_items';

/**
 * Brings what wc/v3 says of one of DSTNC's orders into the form in which the plugin would have given it.
 *
 * @returns null: that is no order
 */
export function wcOrderView({ order: raw, refunds, fulfillments }: WcOrderParts, reference: string): OrderView | null {
  const read = wcOrder.safeParse(raw);
  if (!read.success) return null;
  const order = read.data;
  const refunded = refundedByLine(refunds);
  const view = orderView.safeParse({
    orderId: order.id,
    reference,
    number: order.number,
    status: order.status,
    currency: order.currency,
    total: order.total,
    dateCreated: gmt(order.date_created_gmt),
    dateCompleted: gmt(order.date_completed_gmt),
    dateModified: gmt(order.date_modified_gmt),
    lines: order.line_items.map((line) => ({
      lineId: line.id,
      externalId: externalId(line.product_id, line.variation_id),
      quantity: line.quantity,
      refunded: refunded.get(line.id) ?? 0,
    })),
    refundedTotal: order.refunds.some(({ total }) => Number(total) !== 0) ? '1' : '0',
    fulfillments: fulfillments === null ? null : fulfillmentsOf(fulfillments),
    trackingItems: trackingItemsOf(order.meta_data, order.line_items),
  });
  return view.success ? view.data : null;
}

/** How many of each line were refunded, by the line's id. */
function refundedByLine(refunds: unknown): Map<number, number> {
  const sums = new Map<number, number>();
  const list = z.array(z.unknown()).catch([]).parse(refunds);
  for (const refund of list) {
    for (const { quantity, meta_data } of wcRefund.safeParse(refund).data?.line_items ?? []) {
      const of = Number(meta_data.find(({ key }) => key === '_refunded_item_id')?.value);
      if (Number.isSafeInteger(of)) sums.set(of, (sums.get(of) ?? 0) + Math.abs(quantity));
    }
  }
  return sums;
}

function fulfillmentsOf(raw: unknown): unknown[] {
  // A list by itself, or within an object as some versions give it.
  const inner = raw !== null && typeof raw === 'object' && 'fulfillments' in raw ? raw.fulfillments : raw;
  return z
    .array(z.unknown().optional())
    .catch([])
    .parse(inner)
    .flatMap((entry) => {
      const read = wcFulfillment.safeParse(entry);
      if (!read.success) return [];
      const { id, status, is_fulfilled, date_updated, meta_data } = read.data;
      const value = (...keys: string[]) => meta_data.find(({ key }) => keys.includes(key))?.value;
      const text = (found: unknown) => (typeof found === 'string' || typeof found === 'number' ? String(found) : null);
      return {
        id,
        status,
        fulfilled: is_fulfilled ?? status === 'fulfilled',
        items: z
          .array(z.looseObject({ item_id: z.coerce.number(), qty: z.coerce.number() }))
          .catch([])
          .parse(value('_items'))
          .map(({ item_id, qty }) => ({ lineId: item_id, quantity: qty })),
        trackingNumber: text(value('_tracking_number')),
        // The name that it goes by has changed between versions; a provider of the vendor's own has one beside.
        provider: providerOf(text(value('_shipment_provider', '_shipping_provider')), text(value('_provider_name'))),
        trackingUrl: text(value('_tracking_url')),
        dateUpdated: gmt(value('_date_fulfilled')) ?? gmt(date_updated),
      };
    });
}

function providerOf(slug: string | null, name: string | null): string | null {
  return slug === null || slug === '' || slug === 'other' ? (name ?? slug) : slug;
}

function trackingItemsOf(metaData: z.infer<typeof meta>, lines: readonly z.infer<typeof wcLine>[]): unknown[] {
  const value = metaData.find(({ key }) => key === TRACKING_META)?.value;
  const list = z
    .union([z.array(z.unknown()), z.record(z.string(), z.unknown()).transform(Object.values)])
    .catch([])
    .parse(value);
  return list.flatMap((entry) => {
    const item = z.record(z.string(), z.unknown()).safeParse(entry).data;
    if (item === undefined) return [];
    // AST notes what is in each parcel, and how it marks the order.
    const products = z.array(z.record(z.string(), z.unknown())).catch([]).parse(item.products_list);
    const ast = 'products_list' in item || 'status_shipped' in item || 'shipping_date' in item;
    return {
      provider: item.tracking_provider,
      customProvider: item.custom_tracking_provider,
      customUrl: item.custom_tracking_link,
      trackingNumber: item.tracking_number,
      dateShipped: item.date_shipped,
      trackingId: item.tracking_id,
      items: products.length === 0 ? null : products.map((product) => contentOf(product, lines)),
      source: ast ? 'ast' : 'shipment_tracking',
    };
  });
}

function contentOf(product: Readonly<Record<string, unknown>>, lines: readonly z.infer<typeof wcLine>[]): unknown {
  const lineId = Number(product.item_id);
  const productId = Number(product.product);
  const line = lines.find(({ id, product_id, variation_id, sku }) => {
    if (Number.isSafeInteger(lineId) && lineId > 0) return id === lineId;
    if (Number.isSafeInteger(productId) && productId > 0)
      return productId === variation_id || (variation_id === 0 && productId === product_id);
    return typeof product.sku === 'string' && product.sku !== '' && product.sku === sku;
  });
  return { lineId: line?.id ?? null, externalId: null, quantity: product.qty };
}

/** WooCommerce's GMT dates have no time zone: "2026-11-01T10:00:00". */
function gmt(value: unknown): string | null {
  if (typeof value !== 'string' || value === '') return null;
  const text = value.trim().replace(' ', 'T');
  const at = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(at) ? null : new Date(at).toISOString();
}
