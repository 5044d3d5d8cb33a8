import { parseArgs } from 'node:util';
import type { Listing } from '@dstnc/shared';
import { SingleBar } from 'cli-progress';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { quantile } from '../bench/quantile.ts';
import { listRecordings } from '../recordings/list-recordings.ts';
import { readRecording } from '../recordings/read-recording.ts';
import { type PlayedStore, playRecording } from '../rig/play-recording.ts';
import { poll } from '../rig/poll.ts';
import { startRig } from '../rig/start-rig.ts';
import { seeded, unkindSchedule } from './schedule.ts';

const { values } = parseArgs({
  options: {
    woocommerce: { type: 'string', default: '11.0.1' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log('npm run demo -- [--woocommerce 11.0.1|8.9.3|3.9.1] [--only SCENARIO] [--seed N]');
  process.exit(0);
}

const random = seeded(Number(values.seed));
const files = (await listRecordings()).filter(
  ({ woocommerce, scenario }) => woocommerce === values.woocommerce && (!values.only || scenario === values.only),
);
// What core never tells of (rows of "sweep") is found by reading the whole store, which is another capability.
const recordings = (await Promise.all(files.map(({ path }) => readRecording(path)))).filter(
  ({ manifest }) => manifest.converges === 'webhooks',
);
if (recordings.length === 0) {
  console.error(
    `There is no recording of ${values.only ?? 'anything'} for WooCommerce ${values.woocommerce}: see test/recordings.`,
  );
  process.exit(2);
}

const delays: number[] = [];
const count = { marked: 0, reads: 0, product: 0, inventory: 0, retried: 0, rejected: 0 };
const rig = await startRig({
  observe(event) {
    if (event.on === 'read') count.reads += 1;
    if (event.on === 'send' && event.outcome.kind !== 'retry') count[event.what] += 1;
    if (event.on === 'send' && event.outcome.kind === 'retry') count.retried += 1;
    if (event.on === 'send' && event.outcome.kind === 'rejected') count.rejected += 1;
    if (event.on !== 'finish' || event.result.kind !== 'agreed' || !event.result.sent) return;
    delays.push(event.result.sent.acceptedAt - event.claim.markedAt);
  },
});

console.log(`Receiver ${rig.service.url} · DSTNC sandbox ${rig.sandbox.url}`);
console.log(
  `Playing ${recordings.length} recordings of a real WooCommerce ${values.woocommerce}, each a store of its own, with repeated and reordered`,
);
console.log('deliveries, and with DSTNC answering 503 for a while in the middle.\n');

const stores: { played: PlayedStore; title: string }[] = [];
const work = [];
for (const recording of recordings) {
  const played = await playRecording(rig, recording, { withReads: true });
  stores.push({ played, title: recording.manifest.title });
  work.push(unkindSchedule(recording.deliveries, random).map((delivery) => ({ played, delivery })));
}
const sends = interleaved(work, random);
const bar = new SingleBar({ format: 'deliveries {bar} {value}/{total}  {what}', hideCursor: true, noTTYOutput: false });
bar.start(sends.length, 0, { what: '' });
for (const [i, { played, delivery }] of sends.entries()) {
  if (i === Math.floor(sends.length * 0.4)) rig.sandbox.faults.add({ status: 503, times: 0 });
  if (i === Math.floor(sends.length * 0.6)) rig.sandbox.faults.clear();
  await played.send(delivery);
  bar.update(i + 1, { what: rig.sandbox.faults.pending.length > 0 ? 'DSTNC is down' : '' });
}
bar.stop();
process.stdout.write('Waiting until nothing is dirty … ');
await poll(async () => (await rig.storage.groups.backlog()).dirty === 0, {
  timeoutMs: 60_000,
  what: 'the last change',
});
console.log('done.\n');

const rows: string[][] = [];
const wrong: string[] = [];
for (const { played } of stores) {
  for (const product of rig.sandbox.state.products(played.vendor)) {
    const found = await rig.storage.listings.search(played.id, `${product.groupId}:`, 50);
    for (const { externalId } of found.filter(({ groupId }) => String(groupId) === product.groupId)) {
      const { body } = await rig.api<Listing>('GET', `/v1/stores/${played.id}/listings/${externalId}`);
      rows.push(listingRow(played.vendor, body));
    }
  }
  wrong.push(...played.differences().map((difference) => `${played.vendor}: ${difference}`));
}
printTable(['STORE', 'ITEM', 'TITLE', 'STATE', 'QUANTITY', 'PURCHASABLE', 'RULE', 'BECAUSE'], rows);

const { violations } = rig.sandbox.calls;
const { regressions } = rig.sandbox.state;
const coalesced = sends.length - count.reads;
console.log(`
received   ${sends.length} deliveries (${sends.length - recordings.reduce((sum, r) => sum + r.deliveries.length, 0)} of them repetitions)
coalesced  ${Math.max(0, coalesced)} (deliveries less reads)
reads      ${count.reads} of product groups from the stores
sent       ${count.product} products, ${count.inventory} stock-only changes; ${count.retried} tries met the outage
rejected   ${count.rejected}; against the contract ${violations.length}; older over newer ${regressions}
delay      p50 ${quantile(delays, 0.5)} ms, p95 ${quantile(delays, 0.95)} ms, p99 ${quantile(delays, 0.99)} ms, outage included`);

await Promise.all(stores.map(({ played }) => played.stop()));
await rig.stop();

if (wrong.length > 0 || violations.length > 0 || regressions > 0) {
  console.error(
    `\nDSTNC is NOT as the stores ended:\n${[...wrong, ...violations.map(({ detail }) => detail)].join('\n')}`,
  );
  process.exit(1);
}
console.log(`\nDSTNC equals the recorded end state of all ${stores.length} stores.`);

function listingRow(vendor: string, { externalId, product, variant, rule, because }: Listing): string[] {
  const stock = variant?.inventory;
  return [
    vendor,
    externalId,
    product?.title.slice(0, 28) ?? '—',
    product?.state === 'active' ? 'active' : `${product?.state}: ${product?.stateReason}`,
    stock ? String(stock.quantity ?? 'not tracked') : '—',
    stock ? (stock.purchasable ? 'yes' : 'no') : '—',
    String(rule ?? '—'),
    because,
  ];
}

/** Many stores at once: their deliveries in their own order, taken in turn by chance. */
function interleaved<T>(queues: readonly (readonly T[])[], draw: () => number): T[] {
  const left = queues.map((queue) => [...queue]);
  const out: T[] = [];
  for (
    let live = left.filter((queue) => queue.length > 0);
    live.length > 0;
    live = left.filter((queue) => queue.length > 0)
  ) {
    const next = live[Math.floor(draw() * live.length)]?.shift();
    if (next !== undefined) out.push(next);
  }
  return out;
}
