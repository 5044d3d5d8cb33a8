import { z } from 'zod';
import { externalId, instant, rev } from './scalars.ts';

/** Body of `PUT /v1/vendors/:vendor/shipments/:shipmentId`: one parcel, or a completed order without tracking. */
export const shipment = z
  .strictObject({
    shipmentId: z.string().min(1),
    rev,
    orderReference: z.string().min(1),
    lines: z
      .array(z.strictObject({ externalId, quantity: z.int().positive() }))
      .nullable()
      .meta({ description: 'null: the whole order' }),
    carrier: z.string().nullable(),
    trackingNumber: z.string().nullable(),
    trackingUrl: z.string().nullable(),
    shippedAt: instant,
    source: z.enum(['fulfillments', 'shipment_tracking', 'ast', 'status_completed']),
  })
  .meta({ id: 'Shipment' });

/** See {@link shipment}. */
export type Shipment = z.infer<typeof shipment>;
