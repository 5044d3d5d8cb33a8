import type { OrderIn, OrderView } from '@dstnc/shared';
import type { StoreFailure } from '../store-failure.ts';

/** What came of a call about an order. */
export type OrderAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: StoreFailure };

/** A line of an order in the store: what of it the totals depend on. Unrounded decimals, as far as the store gives them. */
export interface TotalledLine {
  readonly lineId: number;
  /** Net, of the whole line. */
  readonly total: string;
  readonly tax: string;
  /** What else has to be sent along to change the line. */
  readonly productId: number;
}

/** An order in the store as its placing needs it. */
export interface StoredOrder {
  readonly id: number;
  readonly number: string;
  readonly status: string;
  readonly total: string;
  readonly currency: string;
  readonly lines: readonly TotalledLine[];
  readonly shipping: readonly TotalledLine[];
}

/** One of the orders that carry a reference. */
export interface FoundOrder {
  readonly id: number;
  readonly status: string;
}

/** Where to look for orders. */
export interface SearchRange {
  /** Only such as have a higher id; 0 unless given. */
  readonly baseline?: number;
  /** Only such as were made after that, milliseconds since 1970; some days around it are as good. */
  readonly since?: number;
}

/** What an order is made of. */
export interface OrderToCreate {
  readonly order: OrderIn;
  /** In place of the shopper's address: WooCommerce writes to whoever stands there. */
  readonly email: string;
}

/** Another net total of a line. */
export interface CorrectedLine {
  readonly lineId: number;
  readonly total: string;
  readonly productId: number;
}

/**
 * The steps by which an order is placed in a store without the plugin, over one of its REST APIs. Each is one request, whose outcome may
 * stay unknown; how they make exactly one order together is orders/place-by-api.ts.
 */
export interface OrderApi {
  /** The highest id of any order; 0: there is none. Ids only grow, whatever clocks do. */
  newestId(): Promise<OrderAnswer<number>>;
  /** All orders there that carry the reference. Of others their ids leave the store and, within the range, status and transaction id. */
  find(reference: string, range: SearchRange): Promise<OrderAnswer<readonly FoundOrder[]>>;
  /** Makes it as `pending`: no stock is taken, and nobody is written to. */
  create(order: OrderToCreate): Promise<OrderAnswer<StoredOrder>>;
  /** @returns null: it is not there any more */
  read(id: number): Promise<OrderAnswer<StoredOrder | null>>;
  /** Sets net totals; the store recalculates the taxes. */
  correct(
    id: number,
    lines: { items: readonly CorrectedLine[]; shipping: readonly CorrectedLine[] },
  ): Promise<OrderAnswer<StoredOrder>>;
  /**
   * Makes a draft the order that the shop's people see. WooCommerce takes the stock, unless it was taken already, and writes its mails.
   * @param email in place of the shopper's address: a draft that the plugin has left has the shopper's own
   */
  promote(id: number, status: string, email: string): Promise<OrderAnswer<StoredOrder>>;
  /** WooCommerce gives back the stock that was taken. */
  cancel(id: number): Promise<OrderAnswer<StoredOrder>>;
  /** For good, without a trace: only for what was never promoted. */
  remove(ids: readonly number[]): Promise<OrderAnswer<null>>;
  /** As it is now, with its tracking. @returns null: it is not there any more */
  view(id: number, reference: string): Promise<OrderAnswer<OrderView | null>>;
}

/** The key of an order's meta that names DSTNC's reference: what the plugin knows DSTNC's orders by. */
export const REFERENCE_META = '_dstnc_reference';

/** What stands in the order's customer note, which mails nobody: the reference, and DSTNC's note. */
export function customerNote({ reference, note }: Pick<OrderIn, 'reference' | 'note'>): string {
  return [`DSTNC order ${reference}`, ...(note ? [note] : [])].join('\n');
}
