import { type Gate, startGate } from '../rig/gate.ts';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import type { StoreOptions } from '../store/store-options.ts';
import { until } from '../store/until.ts';
import { connectStore } from './connect-store.ts';
import { Mirror } from './mirror.ts';
import { pluginFolder } from './plugin-folder.ts';

/** What to connect, and how. */
export interface ConnectedShopOptions {
  readonly store: Omit<StoreOptions, 'plugins'>;
  /** DSTNC's name for the vendor. */
  readonly name: string;
  /** What is in the shop before it is connected: the import has to find it. */
  fill?(store: Store): Promise<unknown>;
  /** Installs the plugin and connects; by default it is there from the working tree, and connected by the calls of its page. */
  connect?(store: Store, code: string): Promise<unknown>;
}

/** A shop that is connected to the receiver itself, through a gate, with DSTNC's sandbox behind it. */
export class ConnectedShop {
  readonly rig: Rig;
  readonly gate: Gate;
  readonly store: Store;
  readonly mirror: Mirror;
  readonly #name: string;

  private constructor(rig: Rig, gate: Gate, store: Store, name: string) {
    this.rig = rig;
    this.gate = gate;
    this.store = store;
    this.mirror = new Mirror(rig, store, name);
    this.#name = name;
  }

  static async start({ store: options, name, fill, connect }: ConnectedShopOptions): Promise<ConnectedShop> {
    const gate = await startGate();
    const rig = await startRig({ publicUrl: gate.url });
    const store = await startStore(connect ? options : { ...options, plugins: [pluginFolder()] }).catch(
      async (error) => {
        await rig.stop();
        await gate.stop();
        throw error;
      },
    );
    const shop = new ConnectedShop(rig, gate, store, name);
    try {
      shop.openGate();
      await fill?.(store);
      await (connect ?? connectStore)(store, await rig.invite(name));
      return shop;
    } catch (error) {
      const log = await shop.stop();
      const message = error instanceof Error ? error.message : error;
      throw new Error(`${message}\nPHP's log:\n${log.slice(-3000)}`, { cause: error });
    }
  }

  /** Stops everything, and gives what PHP has logged. */
  async stop(): Promise<string> {
    const log = await this.store.log();
    await this.store.stop();
    await this.rig.stop();
    await this.gate.stop();
    return log;
  }

  /** Lets the receiver be reached again. */
  openGate(): void {
    this.gate.open(this.rig.service.url);
  }

  /** How often the shop has rung so far, the times included when nobody answered. */
  get rings(): number {
    return this.gate.requests.filter(({ path }) => path.startsWith('/v1/webhooks/')).length;
  }

  /** How many of a product there are in the shop. */
  async quantity(id: number): Promise<number> {
    return (await this.store.wc('GET', `products/${id}`)).body.stock_quantity;
  }

  /** How many of a product DSTNC holds. */
  quantityAtDstnc(id: number): number | null | undefined {
    return this.rig.sandbox.state.item(this.#name, `${id}:0`)?.quantity;
  }

  /** Waits until DSTNC holds as many of a product; by default as many as there are in the shop. */
  async arrives(id: number, quantity?: number, timeoutMs?: number): Promise<void> {
    const wanted = quantity ?? (await this.quantity(id));
    const held = async () => this.quantityAtDstnc(id) === wanted;
    await until(`the quantity ${wanted} of ${id} to be at DSTNC`, held, timeoutMs);
  }
}
