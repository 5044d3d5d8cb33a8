import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { connectStore } from './connect-store.ts';
import { callPage } from './page-calls.ts';
import { pluginFolder } from './plugin-folder.ts';
import { ReceiverDouble } from './receiver-double.ts';

/** A shop with the plugin in it, and a double of DSTNC's receiver for it to be connected to. */
export class PluginShop {
  readonly store: Store;
  readonly dstnc: ReceiverDouble;

  constructor(store: Store, dstnc: ReceiverDouble) {
    this.store = store;
    this.dstnc = dstnc;
  }

  /** Starts a shop that isn't connected yet, with the plugin from the working tree before other plugins, by default with `debug`. */
  static async start<S extends PluginShop>(
    this: new (
      store: Store,
      dstnc: ReceiverDouble,
    ) => S,
    options: StoreOptions,
  ): Promise<S> {
    const dstnc = await ReceiverDouble.start();
    try {
      const plugins = [pluginFolder(), ...(options.plugins ?? [])];
      return new this(await startStore({ debug: true, ...options, plugins }), dstnc);
    } catch (error) {
      await dstnc.stop();
      throw error;
    }
  }

  /** Stops everything, and gives what PHP has logged. */
  async stop(): Promise<string> {
    const log = await this.store.log();
    this.dstnc.release();
    await this.store.stop();
    await this.dstnc.stop();
    return log;
  }

  /** Connects the shop, acting as this user. */
  async connect(userId = 1): Promise<void> {
    await connectStore(this.store, this.dstnc.code(), userId);
  }

  /** The shop isn't connected, and DSTNC does what is right and has heard nothing: for the beginning of a test. */
  async disconnect(): Promise<void> {
    this.dstnc.answerWith(null);
    await callPage(this.store, 'DELETE', 'connection');
    this.dstnc.take();
  }

  /** The same for tests that begin in a shop that was connected just now. */
  async connectAnew(): Promise<void> {
    await this.disconnect();
    await this.connect();
    this.dstnc.take();
  }

  /** Runs PHP in a process of its own, and gives what it returns. */
  // biome-ignore lint/suspicious/noExplicitAny: the result is whatever the code returns.
  php<T = any>(code: string, args?: unknown): Promise<T> {
    return this.store.php<T>(code, { args });
  }

  /** Lines of PHP's log that name this plugin or its tables. */
  complaints(): Promise<string[]> {
    return this.logged(/dstnc-for-woocommerce|dstnc_|Dstnc\\/);
  }

  /** Lines of PHP's log of which this is true. */
  protected async logged(what: RegExp): Promise<string[]> {
    return (await this.store.log()).split('\n').filter((line) => what.test(line));
  }
}
