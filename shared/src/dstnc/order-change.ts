import { z } from 'zod';
import { externalId, rev } from './scalars.ts';

/** Body of `PUT /v1/vendors/:vendor/orders/:reference`: what became of DSTNC's order in the store. */
export const orderChange = z
  .strictObject({
    reference: z.string().min(1),
    rev,
    status: z.enum(['cancelled', 'refunded', 'partially_refunded']),
    refunds: z.array(z.strictObject({ externalId, quantity: z.int().nonnegative() })),
  })
  .meta({ id: 'OrderChange' });

/** See {@link orderChange}. */
export type OrderChange = z.infer<typeof orderChange>;
