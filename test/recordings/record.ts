import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { StoreUnavailable } from '../store/store-unavailable.ts';
import { recordScenario } from './record-scenario.ts';
import { scenarios } from './scenarios/scenarios.ts';

const usage = `Records what real stores answer and send.

  npm run record -- [--woocommerce VERSION]… [--only SCENARIO]… [--missing]

  --missing  leaves alone what is recorded already
`;

const { values } = parseArgs({
  options: {
    woocommerce: { type: 'string', multiple: true, default: ['3.9.1', '8.9.3', '11.0.1'] },
    only: { type: 'string', multiple: true, default: [] },
    missing: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(usage);
  process.exit(0);
}
const chosen = scenarios.filter(({ name }) => values.only.length === 0 || values.only.includes(name));
const unknown = values.only.filter((name) => !scenarios.some((scenario) => scenario.name === name));
if (unknown.length > 0) {
  console.error(`No scenario ${unknown.join(', ')}. There are: ${scenarios.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

let failed = 0;
for (const woocommerce of values.woocommerce) {
  for (const scenario of chosen) {
    // High-Performance Order Storage came with WooCommerce 7.1 and may be relied on since 8.2.
    if (scenario.needsHpos && Number.parseInt(woocommerce, 10) < 8) continue;
    const path = join(import.meta.dirname, woocommerce, `${scenario.name}.jsonl`);
    if (values.missing && existsSync(path)) continue;
    const began = Date.now();
    try {
      await recordScenario(scenario, woocommerce, path);
      console.log(`${woocommerce} ${scenario.name} ${Date.now() - began} ms`);
    } catch (error) {
      if (error instanceof StoreUnavailable) {
        console.error(error.message);
        process.exit(1);
      }
      failed += 1;
      console.error(`${woocommerce} ${scenario.name} FAILED`, error);
    }
  }
}
process.exit(failed > 0 ? 1 : 0);
