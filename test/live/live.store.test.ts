import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scenarios } from '../recordings/scenarios/scenarios.ts';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { playLive } from './play-live.ts';

const woocommerce = process.env.STORE_WOOCOMMERCE ?? '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

/** Those of which core tells enough by webhooks; for the others the store has to be swept. */
const told = scenarios.filter(({ converges, setUp }) => converges === 'webhooks' && setUp === undefined);

describe.skipIf(!availability.available)(`a real WooCommerce ${woocommerce}, connected by keys${skipped}`, () => {
  let rig: Rig;

  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(async () => {
    expect(rig.sandbox.calls.violations).toEqual([]);
    expect(rig.sandbox.state.regressions).toBe(0);
    await rig.stop();
  });

  test.each(told)('$name: $title', async (scenario) => {
    const store = await startStore({ woocommerce, hpos: scenario.hpos ?? true });
    try {
      const outcomes = await playLive(rig, store, scenario);
      expect(outcomes.length).toBeGreaterThan(0);
      expect(outcomes.filter(({ differences }) => differences.length > 0)).toEqual([]);
    } finally {
      await store.stop();
    }
  });
});
