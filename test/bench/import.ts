import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { startDstncStub } from './dstnc-stub.ts';
import { makeGround } from './ground.ts';
import { processUsage } from './process-usage.ts';
import { startRestStoreStub } from './rest-store-stub.ts';
import { startReceiver } from './start-receiver.ts';

const USAGE = `How a large catalogue without the plugin is imported: requests, time and memory, beside a plain walk over wc/v3 in the same run.

  npm run bench:import -- [--products 100000]

The receiver is killed (SIGKILL) when half of the products are at DSTNC, and started again.
`;

const { values } = parseArgs({
  options: { products: { type: 'string', default: '100000' }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const PRODUCTS = Number(values.products);
/** A tenth of what a real WooCommerce takes (a page of a hundred products in 1.3 s), so that it ends; both walks wait alike. */
const STORE = { products: PRODUCTS, requestMs: 5, productMs: 1.3 };

const ground = makeGround();
const plainShop = await startRestStoreStub(STORE);
const plainBegan = performance.now();
for (let page = 1; (page - 1) * 100 < PRODUCTS; page++) {
  const answer = await fetch(`${plainShop.url}/wp-json/wc/v3/products?per_page=100&page=${page}&orderby=id&order=asc`);
  await answer.arrayBuffer();
}
const plainSeconds = (performance.now() - plainBegan) / 1000;

const [dstnc, shop] = await Promise.all([startDstncStub(), startRestStoreStub(STORE)]);
let receiver = await startReceiver(ground, { name: 'receiver', dstncUrl: dstnc.url });
const began = performance.now();
const { id } = await receiver.addStore({
  url: shop.url,
  vendor: 'bench',
  consumerKey: `ck_${'0'.repeat(40)}`,
  consumerSecret: `cs_${'0'.repeat(40)}`,
});

const resident: number[] = [];
let killedAt = 0;
for (;;) {
  await pause(1_000);
  resident.push(processUsage(receiver.pid).residentMb);
  const { products } = dstnc.taken;
  console.error(`${products} of ${PRODUCTS} at DSTNC, ${resident.at(-1)?.toFixed(0)} MB, ${shop.requests} requests`);
  if (killedAt === 0 && products > PRODUCTS / 2) {
    killedAt = products;
    receiver = await receiver.killed();
    continue;
  }
  const { state } = await receiver.importOf(id);
  if (state === 'done' && (await receiver.pending(id)) === 0) break;
}
const seconds = (performance.now() - began) / 1000;
await receiver.stop();

const quarter = (n: number) => {
  const part = resident.slice(Math.floor((resident.length * n) / 4), Math.floor((resident.length * (n + 1)) / 4));
  return Math.max(...part).toFixed(0);
};
printTable(
  ['WALK', 'PRODUCTS', 'REQUESTS', 'SHOWN', 'SECONDS', 'MOST AT ONCE'],
  [
    [
      'plain wc/v3, one page after the other',
      String(PRODUCTS),
      String(plainShop.requests),
      String(plainShop.shown),
      plainSeconds.toFixed(1),
      '1',
    ],
    [
      'import, killed once, all at DSTNC',
      String(dstnc.taken.products),
      String(shop.requests),
      String(shop.shown),
      seconds.toFixed(1),
      String(shop.mostAtOnce),
    ],
  ],
);
console.log(`
Killed with ${killedAt} of ${PRODUCTS} products at DSTNC; ${shop.shown - PRODUCTS} were read once more because of it.
Most resident by quarters: ${[0, 1, 2, 3].map(quarter).join(', ')} MB.`);
process.exit();
