import { startStore } from '../store/start-store.ts';
import type { Store, StoreAnswer } from '../store/store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { type OrderParts, orderBody } from './order-body.ts';
import { pluginFolder } from './plugin-folder.ts';

/** A shop with the plugin in it that DSTNC orders from. */
export class OrderShop {
  readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  static async start(options: Omit<StoreOptions, 'plugins'> & { readonly plugins?: readonly string[] }) {
    return new OrderShop(
      await startStore({ debug: true, ...options, plugins: [pluginFolder(), ...(options.plugins ?? [])] }),
    );
  }

  /** Stops the shop, and gives the lines of PHP's log that name the plugin. */
  async stop(): Promise<string[]> {
    const log = await this.store.log();
    await this.store.stop();
    // What MariaDB undoes for another order's sake WordPress notes, and the plugin does again: see Orders/Transaction.php.
    return log
      .split('\n')
      .filter((line) => /dstnc-for-woocommerce|Dstnc\\/.test(line) && !line.includes('Deadlock found'));
  }

  /** Makes a product, and gives its id. */
  async product(fields: Readonly<Record<string, unknown>> = {}): Promise<number> {
    const answer = await this.store.wc('POST', 'products', { name: 'Lamp', regular_price: '10', ...fields });
    if (answer.status !== 201) throw new Error(answer.raw);
    return answer.body.id;
  }

  /** Makes a product of which there are so many. */
  counted(quantity: number): Promise<number> {
    return this.product({ manage_stock: true, stock_quantity: quantity });
  }

  /** Makes a product with variations, and gives their ids: the product's first. */
  async variable(fields: object, variations: readonly object[]): Promise<number[]> {
    const options = variations.map((_, index) => `colour ${index}`);
    const parent = await this.product({
      type: 'variable',
      attributes: [{ name: 'Colour', variation: true, visible: true, options }],
      ...fields,
    });
    const ids = [parent];
    for (const [index, variation] of variations.entries()) {
      const { body } = await this.store.wc('POST', `products/${parent}/variations`, {
        regular_price: '10',
        attributes: [{ name: 'Colour', option: options[index] }],
        ...variation,
      });
      ids.push(body.id);
    }
    return ids;
  }

  /** Orders, as DSTNC does. */
  place(reference: string, parts: OrderParts): Promise<StoreAnswer> {
    return this.store.rest('POST', 'wc-dstnc/v1/orders', orderBody(reference, parts));
  }

  /** Orders some of one product at 10 net and 19 %, which has to succeed. */
  async placeSome(reference: string, id: number, quantity = 1): Promise<StoreAnswer['body']> {
    const answer = await this.place(reference, { lines: [line(`${id}:0`, quantity)] });
    if (answer.status >= 300) throw new Error(answer.raw.slice(0, 1000));
    return answer.body;
  }

  cancel(reference: string, reason?: string): Promise<StoreAnswer> {
    return this.store.rest('POST', 'wc-dstnc/v1/orders/cancel', { reference, ...(reason ? { reason } : {}) });
  }

  read(query: string): Promise<StoreAnswer> {
    return this.store.rest('GET', `wc-dstnc/v1/orders?${query}`);
  }

  /** How many of a product there are in the shop. */
  async quantity(id: number): Promise<number> {
    const [row] = await this.store.sql("SELECT meta_value FROM wp_postmeta WHERE post_id = ? AND meta_key = '_stock'", [
      id,
    ]);
    return Number(row?.meta_value);
  }

  /** All orders of the shop, whoever's and in whatever status. */
  orders(): Promise<{ id: number; status: string; reference: string }[]> {
    return this.store.php(
      `return array_map( static function ( $order ) {
         return array( 'id' => $order->get_id(), 'status' => $order->get_status(), 'reference' => $order->get_meta( '_dstnc_reference' ) );
       }, wc_get_orders( array( 'limit' => -1, 'status' => 'any', 'type' => 'shop_order' ) ) );`,
      { where: 'server' },
    );
  }

  /** How many orders of a reference there are. */
  async count(reference: string): Promise<number> {
    return (await this.orders()).filter((order) => order.reference === reference).length;
  }

  /** Whoever places an order has been too slow: the next call may take it over. */
  async leasesEnd(): Promise<void> {
    await this.store.sql('UPDATE wp_dstnc_orders SET lease_until = 0');
  }
}

/** A line of so many at 10 net and 19 % each. */
export function line(externalId: string, quantity = 1) {
  return {
    externalId,
    quantity,
    total: (10 * quantity).toFixed(2),
    totalTax: (1.9 * quantity).toFixed(2),
  };
}
