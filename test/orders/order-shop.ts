import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pluginFolder } from '../plugin/plugin-folder.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { until } from '../store/until.ts';
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts';

/** How orders get into a store; `api` is wc/v3, `legacy` is the Legacy API where wc/v3 is shut. */
export type Way = 'plugin' | 'api' | 'legacy';

/** A real store behind a network that can be made to fail: everybody reaches it by the proxy's address. */
export interface OrderShop {
  readonly store: Store;
  readonly proxy: FaultProxy;
  /** Its address for the receiver. */
  readonly url: string;
  /** Makes a product that is sold, and gives its id. */
  addProduct(over?: Record<string, unknown>): Promise<number>;
  stock(productId: number): Promise<number>;
  /** All orders, the newest first, whatever their status. */
  orders(): Promise<readonly StoredOrder[]>;
  stop(): Promise<void>;
}

/** An order as wc/v3 shows it to the shop's own people. */
export interface StoredOrder {
  readonly id: number;
  readonly status: string;
  readonly total: string;
  readonly reference: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely
  readonly raw: any;
}

/** Why there is no placing through the plugin to be tested; null: there is. */
export function pluginPlacesOrders(): string | null {
  const controller = join(pluginFolder(), 'includes/Rest/OrdersController.php');
  return existsSync(controller) ? null : `the plugin has no ${controller.slice(pluginFolder().length + 1)}`;
}

const NO_REST_API = join(import.meta.dirname, '../compatibility/mu-plugins/no-rest-api.php');

/** Starts a store and its network. */
export async function startOrderShop(way: Way, options: StoreOptions): Promise<OrderShop> {
  const proxy = await startFaultProxy();
  const folder = await mkdtemp(join(tmpdir(), 'dstnc-orders-'));
  const muPlugin = join(folder, 'behind-proxy.php');
  // Requests over http are signed with the address that they go to, and WooCommerce compares that with its own.
  await writeFile(
    muPlugin,
    `<?php\nadd_filter( 'option_home', static function ( $url ) {\n\treturn preg_replace( '#^http://127\\.0\\.0\\.1:\\d+#', '${proxy.url}', $url );\n}, 20 );\n`,
  );
  const plugins = [...(way === 'plugin' ? [pluginFolder()] : []), ...(options.plugins ?? [])];
  const muPlugins = [muPlugin, ...(way === 'legacy' ? [NO_REST_API] : []), ...(options.muPlugins ?? [])];
  const store = await startStore({ ...options, plugins, muPlugins }).catch(async (error: unknown) => {
    await proxy.stop();
    throw error;
  });
  proxy.lead(store.home);
  return {
    store,
    proxy,
    url: proxy.url,
    async addProduct(over = {}) {
      const product = { name: 'Lamp', regular_price: '19.99', manage_stock: true, stock_quantity: 100_000, ...over };
      const { status, body, raw } = await store.wc('POST', 'products', product);
      if (status !== 201) throw new Error(`no product was made: ${raw}`);
      return body.id as number;
    },
    stock: async (productId) => (await store.wc('GET', `products/${productId}`)).body.stock_quantity,
    async orders() {
      const all: StoredOrder[] = [];
      for (let page = 1; ; page++) {
        // WooCommerce stumbles over an order that is deleted while it lists it.
        const body = await until('the orders', async () => {
          const answer = await store.wc('GET', `orders?status=any&per_page=100&page=${page}&orderby=id`);
          return Array.isArray(answer.body) && answer.body;
        });
        for (const one of body) {
          all.push({ id: one.id, status: one.status, total: one.total, reference: referenceOf(one), raw: one });
        }
        if (body.length < 100) return all;
      }
    },
    async stop() {
      await proxy.stop();
      await store.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** By its meta, or by its note where the API that placed it has no meta. */
function referenceOf({
  meta_data,
  customer_note,
}: {
  meta_data: { key: string; value: string }[];
  customer_note: string;
}) {
  const meta = meta_data.find(({ key }) => key === '_dstnc_reference')?.value;
  return meta ?? /^DSTNC order (\S+)/.exec(customer_note)?.[1] ?? null;
}
