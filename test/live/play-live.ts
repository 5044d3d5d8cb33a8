import { differences } from '../expectation/differences.ts';
import type { Scenario, Stage } from '../recordings/scenario.ts';
import { StoreSnapshot } from '../recordings/store-snapshot.ts';
import type { Rig } from '../rig/start-rig.ts';
import type { Store } from '../store/store.ts';

const WEBHOOK_SECRET = '11fe11fe11fe11fe11fe11fe11fe11fe';
const TOPICS = ['product.created', 'product.updated', 'product.deleted', 'product.restored'];

/** How DSTNC differed from the store after a step. */
export interface StepOutcome {
  readonly what: string;
  /** One sentence a difference; empty if DSTNC was as the store. */
  readonly differences: readonly string[];
}

/**
 * Plays a scenario in a real store that is connected to a rig's receiver by its REST keys and by webhooks registered here, and
 * compares DSTNC with the store after every step.
 */
export async function playLive(rig: Rig, store: Store, scenario: Scenario): Promise<StepOutcome[]> {
  const vendor = `${scenario.name}-live`;
  const snapshot = new StoreSnapshot(store);
  const { webhookUrl } = await rig.addStore({ url: store.home, vendor, webhookSecret: WEBHOOK_SECRET, ...store.keys });
  const outcomes: StepOutcome[] = [];
  const stage: Stage = {
    store,
    webhookUrl,
    webhookSecret: WEBHOOK_SECRET,
    watchProduct: (id) => snapshot.watchProduct(id),
    watchPath: (path) => snapshot.watchPath(path),
    async wc(method, path, body) {
      const answer = await store.wc(method, path, body);
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.raw.slice(0, 500)}`);
      return answer.body;
    },
    async step(what, action) {
      await action();
      await store.runQueue('everything');
      await rig.settled();
      const { products, variations } = await snapshot.end();
      const told = new Set(products.map(({ id }) => id));
      const state = { products: products as never[], variations: variations as never };
      outcomes.push({ what, differences: differences(state, rig.sandbox.state.products(vendor), told) });
    },
  };
  await store.runQueue('everything');
  const userId = (await scenario.webhookUser?.(store)) ?? 1;
  for (const topic of [...TOPICS, ...(scenario.topics ?? [])]) {
    await store.createWebhook({ topic, deliveryUrl: webhookUrl, secret: WEBHOOK_SECRET, userId });
  }
  await scenario.play(stage);
  return outcomes;
}
