import type { orderIn } from '@dstnc/shared';
import type { z } from 'zod';

/** A shopper whom no log may ever name. */
export const SHOPPER = {
  firstName: 'Wilhelmina',
  lastName: 'Quillfeather',
  address1: 'Zwiebelgasse 17',
  city: 'Quakenbrueck',
  postcode: '49610',
  country: 'DE',
  email: 'wilhelmina.quillfeather@shopper.example',
  phone: '+49 5431 777321',
} as const;

/** An order as DSTNC sends it: one product, in a shop without taxes. */
export function anOrder(
  reference: string,
  productId: number,
  over: Partial<z.input<typeof orderIn>> = {},
): z.input<typeof orderIn> {
  return {
    reference,
    currency: 'EUR',
    billing: SHOPPER,
    shipping: SHOPPER,
    lines: [{ externalId: `${productId}:0`, quantity: 2, total: '39.98', totalTax: '0.00' }],
    shippingLines: [{ title: 'Parcel', total: '4.90', totalTax: '0.00' }],
    total: '44.88',
    ...over,
  };
}
