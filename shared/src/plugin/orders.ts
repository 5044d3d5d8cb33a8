import { z } from 'zod';
import { id, list, optionalId, text } from '../woocommerce/tolerant.ts';

/** Text, or null for none. */
const textOrNull = z
  .union([z.literal(['', null, false]).transform(() => null), text])
  .default(null)
  .catch(null);

/** A time as RFC 3339, or null for what is none. */
const timeOrNull = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(value)))
  .transform((value) => new Date(value).toISOString())
  .nullable()
  .default(null)
  .catch(null);

const quantity = z.coerce.number().transform((value) => Math.max(0, Math.round(value)));

/** One of the store's Order Fulfillments: a parcel, or a part of the order that is marked as sent. */
const fulfillment = z.looseObject({
  id,
  status: text.default(''),
  fulfilled: z.boolean().default(false),
  items: list(z.looseObject({ lineId: id, quantity })).default([]),
  trackingNumber: textOrNull,
  provider: textOrNull,
  trackingUrl: textOrNull,
  dateUpdated: timeOrNull,
});

/** An entry of `_wc_shipment_tracking_items`, as Shipment Tracking and AST keep them. */
const trackingItem = z.looseObject({
  provider: textOrNull,
  customProvider: textOrNull,
  customUrl: textOrNull,
  trackingNumber: textOrNull,
  /** Unix seconds. */
  dateShipped: z.coerce.number().int().positive().nullable().default(null).catch(null),
  trackingId: textOrNull,
  items: list(
    z.looseObject({
      lineId: optionalId.nullable().default(null),
      externalId: z.string().nullable().default(null),
      quantity,
    }),
  )
    .nullable()
    .default(null),
  source: z.enum(['shipment_tracking', 'ast']).catch('shipment_tracking'),
});

/**
 * One of DSTNC's orders as it is in the store, however it was read: `wc-dstnc/v1/orders` gives it so, and what wc/v3 says is brought into
 * this form. There is nothing about the shopper in it.
 */
export const orderView = z.looseObject({
  orderId: id,
  reference: z.string(),
  number: text.default(''),
  status: text,
  currency: text.default(''),
  total: text.default(''),
  dateCreated: timeOrNull,
  dateCompleted: timeOrNull,
  dateModified: timeOrNull,
  lines: list(z.looseObject({ lineId: id, externalId: z.string(), quantity, refunded: quantity.default(0) })).default(
    [],
  ),
  refundedTotal: text.default('0'),
  /** null: they can't be read, or the store doesn't have them. */
  fulfillments: list(fulfillment).nullable().default(null),
  /** null: they can't be read. */
  trackingItems: list(trackingItem).nullable().default([]),
});

/** See {@link orderView}. */
export type OrderView = z.infer<typeof orderView>;

/** Answer of `POST wc-dstnc/v1/orders`. */
export const pluginOrderPlaced = orderView.extend({ created: z.boolean().default(false) });

/** Answer of `GET wc-dstnc/v1/orders`. */
export const pluginOrders = z.looseObject({
  orders: list(orderView).default([]),
  gone: list(id).default([]),
  unknown: list(z.string()).default([]),
});

/** Why the plugin places no order; beside `code`, what of this there is to say. */
export const pluginOrderRefusal = z.looseObject({
  externalId: z.string().optional().catch(undefined),
  reason: z.string().optional().catch(undefined),
  wanted: z.union([z.string(), z.number()]).optional().catch(undefined),
  available: z.union([z.string(), z.number()]).optional().catch(undefined),
  got: z.union([z.string(), z.number()]).optional().catch(undefined),
  country: z.string().optional().catch(undefined),
  status: z.union([z.string(), z.number()]).optional().catch(undefined),
  retryAfterSeconds: z.number().optional().catch(undefined),
});
