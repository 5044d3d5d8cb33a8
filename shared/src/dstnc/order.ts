import { z } from 'zod';
import { currency, instant } from './scalars.ts';

/** One line of text: no line ends, no other control characters. */
const line = (most: number) =>
  z
    .string()
    .trim()
    .max(most)
    .regex(/^\P{Cc}*$/u, 'must not have control characters');

/** DSTNC's own name of an order, its purchase-order number: what WooCommerce keeps it by. */
export const orderReference = line(100)
  .min(1)
  .meta({ description: "DSTNC's own number of the order, unique within the store", example: 'PO-10042' });

/** Money that a shop can keep to the last digit; the plugin takes no other (OrdersController.php). */
const amount = z
  .string()
  .regex(/^\d{1,15}(\.\d{1,10})?$/, 'must be a decimal number without a sign, with 10 digits behind the point at most')
  .meta({ description: 'Decimal string, never a float', example: '19.90' });

/** An item that can be in a shop: ids begin with 1. */
const orderedItem = z
  .string()
  .regex(/^[1-9]\d{0,14}:(0|[1-9]\d{0,14})$/, 'must be productId:variationId, with 0 for no variation')
  .meta({ description: '{productId}:{variationId|0}', example: '4711:0' });

/** Where an order goes, or who pays. Only the country has to be there: what else is needed is the vendor's carrier's matter. */
const address = z.object({
  firstName: line(100).default(''),
  lastName: line(100).default(''),
  company: line(200).optional(),
  address1: line(200).default(''),
  address2: line(200).optional(),
  city: line(100).default(''),
  state: line(100).optional(),
  postcode: line(40).default(''),
  country: line(2).meta({ description: 'ISO 3166-1, two capitals', example: 'DE' }),
  email: z.email().max(254).optional(),
  phone: line(60).optional(),
});

/** See {@link orderIn}. */
export type OrderAddress = z.infer<typeof address>;

/** Body of `POST /v1/stores/:id/orders`: an order that DSTNC has sold. */
export const orderIn = z
  .object({
    reference: orderReference,
    currency,
    billing: address,
    shipping: address.optional().meta({ description: 'As billing, if it is left out' }),
    lines: z
      .array(
        z.object({
          externalId: orderedItem,
          quantity: z.int().positive().max(1_000_000),
          total: amount.meta({ description: 'Of the whole line, net of tax' }),
          totalTax: amount.default('0').meta({ description: 'Tax on the whole line' }),
        }),
      )
      .min(1)
      .max(200),
    shippingLines: z
      .array(z.object({ title: line(200).default('Shipping'), total: amount, totalTax: amount.default('0') }))
      .max(20)
      .default([]),
    total: amount.meta({ description: 'Gross, of everything: what the order in the shop has to come to, to the cent' }),
    note: z
      .string()
      .max(2_000)
      .regex(/^[\P{Cc}\n\r\t]*$/u, 'must not have control characters')
      .optional()
      .meta({ description: "For the vendor: stands in the order's customer note" }),
  })
  .meta({ id: 'OrderIn' });

/** See {@link orderIn}. */
export type OrderIn = z.infer<typeof orderIn>;

/** Answer to an order that is in the store: 201 the first time, 200 after that. */
export const orderPlaced = z
  .object({
    reference: z.string(),
    storeOrderId: z.int(),
    storeOrderNumber: z.string(),
    status: z.string().meta({ description: "WooCommerce's own word for it", example: 'processing' }),
    total: z.string(),
    currency: z.string(),
  })
  .meta({ id: 'OrderPlaced' });

/** See {@link orderPlaced}. */
export type OrderPlaced = z.infer<typeof orderPlaced>;

/** How far an order is, in one word for people. */
export const orderState = z.enum(['placing', 'placed', 'completed', 'shipped', 'cancelled', 'refunded', 'attention']);

/** See {@link orderState}. */
export type OrderState = z.infer<typeof orderState>;

/** An order as lists show it. Nothing about the shopper. */
export const orderSummary = z.object({
  reference: z.string(),
  storeOrderId: z.int().nullable(),
  storeOrderNumber: z.string().nullable(),
  state: orderState,
  tracking: z.array(z.object({ carrier: z.string().nullable(), number: z.string(), url: z.string().nullable() })),
  lastError: z.string().nullable(),
  placedAt: instant.nullable(),
  updatedAt: instant,
});

/** See {@link orderSummary}. */
export type OrderSummary = z.infer<typeof orderSummary>;

/** Answer of `GET /v1/stores/:id/orders`, the newest first. */
export const orderList = z.object({
  orders: z.array(orderSummary),
  counts: z.object({ toShip: z.int(), shipped: z.int(), attention: z.int() }),
  next: z.string().nullable().meta({ description: 'As ?before= of the next page; null: that was all' }),
});

/** See {@link orderList}. */
export type OrderList = z.infer<typeof orderList>;

/** Answer of `GET /v1/stores/:id/orders/:reference`: the whole story. Nothing about the shopper. */
export const orderReport = orderSummary.extend({
  currency: z.string(),
  total: z.string(),
  status: z.string().nullable().meta({ description: "WooCommerce's own word; null: not in the store yet" }),
  shipments: z.array(z.looseObject({ shipmentId: z.string(), acceptedAt: instant.nullable() })),
  change: z.looseObject({ status: z.string() }).nullable(),
  personalData: z.boolean().meta({ description: 'Whether addresses are still kept here' }),
  history: z.array(z.object({ at: instant, what: z.string() })),
});

/** See {@link orderReport}. */
export type OrderReport = z.infer<typeof orderReport>;
