import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { printTable } from '../../receiver/src/cli/print-table.ts';
import { pluginFolder } from '../plugin/plugin-folder.ts';
import { startStore } from '../store/start-store.ts';

const TARGET_RATIO = 8;

const USAGE = `How fast a whole catalogue is read through the plugin's catalog route, and through wc/v3, from the same store.

  npm run bench:catalog -- [--products 2000] [--rounds 3]

One product in ten is variable, with three variations; nginx and PHP-FPM. Each way is walked several times, in turn, and the best walk counts.
wc/v3 lists variations for each variable product apart. Exit code 1 where the plugin isn't ${TARGET_RATIO} times as fast as the better of the two.
`;

const { values } = parseArgs({
  options: {
    products: { type: 'string', default: '2000' },
    rounds: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const PRODUCTS = Number(values.products);
const ROUNDS = Number(values.rounds);

/** What a walk found. */
interface Walk {
  readonly products: number;
  readonly variations: number;
  readonly requests: number;
}

const startedAt = new Date();
const store = await startStore({ woocommerce: '11.0.1', seed: PRODUCTS, fpm: true, plugins: [pluginFolder()] });

async function get(route: string) {
  const answer = await store.rest('GET', route);
  if (answer.status !== 200) throw new Error(`${route}: ${answer.status} ${answer.raw.slice(0, 500)}`);
  return answer;
}

/** All pages of the plugin's route, one after the other. */
async function walkCatalog(): Promise<Walk> {
  let [products, variations, requests] = [0, 0, 0];
  for (let after: number | null = 0; after !== null; requests++) {
    const { body } = await get(`wc-dstnc/v1/catalog?limit=500&after=${after}`);
    products += body.groups.length;
    for (const group of body.groups) variations += group.variations.length;
    after = body.next;
  }
  return { products, variations, requests };
}

/** All pages of wc/v3/products and, of each variable product, its variations; so many requests at a time. */
async function walkV3(inFlight: number): Promise<Walk> {
  let [products, variations, requests] = [0, 0, 0];
  const todo: (() => Promise<void>)[] = [];
  const page = async (number: number) => {
    const { body, headers } = await get(`wc/v3/products?per_page=100&orderby=id&order=asc&page=${number}`);
    products += body.length;
    for (const product of body) {
      if (product.type === 'variable') todo.push(() => variationsOf(product.id));
    }
    return Number(headers.get('x-wp-totalpages'));
  };
  const variationsOf = async (id: number) => {
    const { body } = await get(`wc/v3/products/${id}/variations?per_page=100`);
    variations += body.length;
  };
  const pages = await page(1);
  for (let number = 2; number <= pages; number++) {
    todo.push(async () => {
      await page(number);
    });
  }
  requests = 1;
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (let next = todo.shift(); next; next = todo.shift()) {
        requests++;
        await next();
      }
    }),
  );
  return { products, variations, requests };
}

const ways: readonly { readonly name: string; readonly walk: () => Promise<Walk>; readonly seconds: number[] }[] = [
  { name: 'wc-dstnc/v1/catalog', walk: walkCatalog, seconds: [] },
  { name: 'wc/v3, one at a time', walk: () => walkV3(1), seconds: [] },
  { name: 'wc/v3, four in flight', walk: () => walkV3(4), seconds: [] },
];

// PHP compiles what it reads first, in each of its processes.
await Promise.all(Array.from({ length: 8 }, () => get('wc-dstnc/v1/catalog?limit=5')));
await Promise.all(Array.from({ length: 8 }, () => get('wc/v3/products?per_page=5')));

const found = new Map<string, Walk>();
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, walk, seconds } of ways) {
    const startedAt = performance.now();
    found.set(name, await walk());
    seconds.push((performance.now() - startedAt) / 1000);
  }
}
await store.stop();

const rows = ways.map(({ name, seconds }) => {
  const walk = found.get(name) ?? { products: 0, variations: 0, requests: 0 };
  return { name, ...walk, seconds, perSecond: walk.products / Math.min(...seconds) };
});
const [plugin, ...v3] = rows;
const ratios = v3.map(({ perSecond }) => (plugin?.perSecond ?? 0) / perSecond);
console.log(
  JSON.stringify({
    benchmark: 'catalog',
    at: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    machine: { node: process.version, cores: cpus().length, load: loadavg()[0] },
    versions: store.versions,
    ways: rows,
  }),
);
console.log();
printTable(
  ['READ THROUGH', 'PRODUCTS', 'VARIATIONS', 'REQUESTS', 'SECONDS', 'PRODUCTS/S', 'THE PLUGIN IS'],
  rows.map(({ name, products, variations, requests, seconds, perSecond }, index) => [
    name,
    String(products),
    String(variations),
    String(requests),
    Math.min(...seconds).toFixed(2),
    perSecond.toFixed(0),
    index === 0 ? '' : `${ratios[index - 1]?.toFixed(1)} x as fast`,
  ]),
);
const complete = rows.every(({ products, variations }) => products === PRODUCTS && variations === plugin?.variations);
const ratio = Math.min(...ratios);
const met = complete && ratio >= TARGET_RATIO;
console.log(`
nginx and PHP-FPM, WooCommerce ${store.versions.woocommerce}; one product in ten is variable. The best of ${ROUNDS} walks each, in turn.`);
if (!complete) console.log('Not every way found the whole catalogue.');
console.log(
  `\n${met ? 'Target met' : 'BELOW TARGET'}: ${ratio.toFixed(1)} times the better of the two (at least ${TARGET_RATIO}).`,
);
process.exit(met ? 0 : 1);
