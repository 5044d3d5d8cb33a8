import type { Browser } from 'playwright-core';
import { Vendor } from '../browser/vendor.ts';
import type { Rig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { Mirror } from './mirror.ts';

/** A shop that a vendor connected to a rig's receiver by the plugin's page. */
export interface ConnectedShop {
  readonly store: Store;
  readonly vendor: Vendor;
  readonly mirror: Mirror;
  /** DSTNC's name for the vendor. */
  readonly name: string;
  stop(): Promise<void>;
}

/** What to connect, and with what. */
export interface ConnectedShopOptions {
  readonly rig: Rig;
  readonly browser: Browser;
  readonly zip: string;
  readonly store: StoreOptions;
  readonly name: string;
  /** What is in the shop before the plugin is: the import has to find it. */
  fill?(store: Store): Promise<unknown>;
}

/** Starts a store, uploads the plugin's zip in wp-admin, and connects by pasting a code into the page. */
export async function connectShop({
  rig,
  browser,
  zip,
  store: options,
  name,
  fill,
}: ConnectedShopOptions): Promise<ConnectedShop> {
  const store = await startStore(options);
  try {
    await fill?.(store);
    const vendor = await Vendor.logIn(browser, store);
    await vendor.installPlugin(zip);
    await vendor.connect(await rig.invite(name));
    return {
      store,
      vendor,
      mirror: new Mirror(rig, store, name),
      name,
      async stop() {
        await vendor.close();
        await store.stop();
      },
    };
  } catch (error) {
    const log = await store.log();
    await store.stop();
    throw new Error(`${error instanceof Error ? error.message : error}\nPHP's log:\n${log.slice(-3000)}`, {
      cause: error,
    });
  }
}
