import type { Vendor } from '../browser/vendor.ts';
import type { Store } from '../store/store.ts';
import type { Mirror } from './mirror.ts';
import type { MatrixRow, PluginStage } from './plugin-stage.ts';

/** How DSTNC differed from the store after a step. */
export interface PlayedStep {
  readonly what: string;
  /** Whether a shopper at DSTNC could see the step at all. */
  readonly visible: boolean;
  /** One sentence a difference; empty if DSTNC was as the store. */
  readonly differences: readonly string[];
  /** From the end of the step's action until DSTNC was as the store, the comparing included. */
  readonly ms: number;
}

/** What a row is played in. */
export interface RowGround {
  readonly store: Store;
  readonly vendor: Vendor;
  readonly mirror: Mirror;
  /** A product of no row: its change is the last thing that happens in a step that nobody sees. */
  readonly sentinel: number;
}

/** Plays a row in a connected shop whose queue nobody runs, and compares DSTNC with the store after every step. */
export async function playRow({ store, vendor, mirror, sentinel }: RowGround, row: MatrixRow): Promise<PlayedStep[]> {
  const steps: PlayedStep[] = [];
  const wc: PluginStage['wc'] = async (method, path, body) => {
    const answer = await store.wc(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.raw.slice(0, 500)}`);
    return answer.body;
  };
  let before = JSON.stringify(await mirror.expected());
  await row.play({
    store,
    vendor,
    webhookUrl: '',
    webhookSecret: '',
    watchProduct: () => undefined,
    watchPath: () => undefined,
    wc,
    async step(what, action) {
      await action();
      const began = performance.now();
      let after = JSON.stringify(await mirror.expected());
      const visible = after !== before;
      // What changes nothing must send nothing wrong either: once a later change is there, it would be, too.
      if (!visible) {
        await wc('PUT', `products/${sentinel}`, { regular_price: String(1 + (Date.now() % 100_000) / 100) });
        after = JSON.stringify(await mirror.expected());
      }
      before = after;
      const differences = await mirror.settled();
      steps.push({ what, visible, differences, ms: Math.round(performance.now() - began) });
    },
  });
  return steps;
}

/** Deletes every product but the sentinel, as no row does it: many at once, in one request. */
export async function clearProducts({ store, mirror, sentinel }: RowGround): Promise<string[]> {
  await store.php(
    `foreach ( get_posts( array( 'post_type' => 'product', 'post_status' => array( 'any', 'trash', 'auto-draft' ), 'numberposts' => -1, 'fields' => 'ids' ) ) as $id ) {
      if ( $id !== (int) $args ) { wc_get_product( $id )->delete( true ); }
    }
    return true;`,
    { args: sentinel, where: 'server' },
  );
  return mirror.settled();
}
