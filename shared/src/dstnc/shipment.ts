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
      .meta({
        description:
          'null: the whole order or, of several parcels, contents that nobody has told; []: nothing, the parcel was taken back',
      }),
    carrier: z
      .string()
      .nullable()
      .meta({
        description:
          "A known carrier's code, such as `dhl` or `royal-mail`; of any other the name as the vendor has it",
        examples: ['dhl'],
      }),
    carrierName: z.string().optional().meta({ description: "The carrier's name as the vendor has it" }),
    trackingNumber: z.string().nullable(),
    trackingUrl: z.string().nullable(),
    shippedAt: instant,
    source: z.enum(['fulfillments', 'shipment_tracking', 'ast', 'status_completed']),
  })
  .meta({ id: 'Shipment' });

/** See {@link shipment}. */
export type Shipment = z.infer<typeof shipment>;
