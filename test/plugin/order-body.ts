import { createHash } from 'node:crypto';

/** A line of an order of DSTNC's: what, how many, and what they cost together, net and tax. */
export interface OrderLine {
  readonly externalId: string;
  readonly quantity: number;
  readonly total: string;
  readonly totalTax: string;
}

/** What DSTNC orders; what isn't given is a matter of course. */
export interface OrderParts {
  readonly lines: readonly OrderLine[];
  readonly shippingLines?: readonly { readonly title: string; readonly total: string; readonly totalTax: string }[];
  /** Gross; by default what the lines come to. */
  readonly total?: string;
  readonly country?: string;
  readonly [field: string]: unknown;
}

/** An address of nobody that exists. */
const address = {
  firstName: 'Eva',
  lastName: 'Example',
  address1: 'Example Street 1',
  city: 'Exampletown',
  postcode: '10115',
};

/** What `POST wc-dstnc/v1/orders` takes: the same order has the same fingerprint. */
export function orderBody(reference: string, { lines, shippingLines = [], country = 'DE', ...parts }: OrderParts) {
  const cents = [...lines, ...shippingLines]
    .flatMap(({ total, totalTax }) => [total, totalTax])
    .reduce((sum, amount) => sum + Math.round(Number(amount) * 100), 0);
  const order = {
    reference,
    currency: 'EUR',
    status: 'processing',
    billing: { ...address, country, email: 'po@alias.example', phone: '000' },
    shipping: { ...address, country },
    lines,
    shippingLines,
    total: (cents / 100).toFixed(2),
    note: 'Leave it at the door',
    ...parts,
  };
  return { ...order, fingerprint: createHash('sha256').update(JSON.stringify(order)).digest('hex') };
}
