import { createServer, type ServerResponse } from 'node:http';
import { productPayload } from './product-payload.ts';

/** What a simulated shop's product is like, beside what all of them have in common. */
interface ShopProduct {
  readonly quantity: number;
  /** In its title: 0 says nothing. */
  readonly edition: number;
}

/** Many shops with the plugin, each at an address of its own, that cost next to nothing. */
export interface Shops {
  /** @param shop from 0 on */
  homeOf(shop: number): string;
  /** What they were asked so far. */
  readonly asked: { readonly requests: number; readonly groups: number };
}

/** See {@link startShops}. */
export interface ShopsOptions {
  /** How the product is at this moment. */
  readonly productOf: (shop: number, id: number) => ShopProduct;
  /** The products of a shop are numbered on from its first one, which is the same in all. */
  readonly firstId: number;
  readonly productsOf: (shop: number) => number;
  /** How long each answer takes, in milliseconds. */
  readonly answerMs: number;
}

/** Shops to a byte of their address. */
const A_BYTE = 250;
/** Different descriptions, so that a database can't press them to nothing. */
const TEXTS = 64;

/**
 * One server under many loopback addresses (Linux has sixteen million of them), so that whoever calls keeps connections to each shop apart,
 * as with real ones. It answers the plugin's routes: whole products many at a time, pages of the catalogue, and its status.
 */
export function startShops({ productOf, firstId, productsOf, answerMs }: ShopsOptions): Promise<Shops> {
  const templates = Array.from({ length: TEXTS }, (_, text) => templateWith(text));
  const asked = { requests: 0, groups: 0 };

  function product(shop: number, id: number): string {
    const { quantity, edition } = productOf(shop, id);
    return (templates[id % TEXTS] as string)
      .replaceAll('777777777', String(id))
      .replace('888888', String(quantity))
      .replace('"name":"', edition === 0 ? '"name":"' : `"name":"Edition ${edition} `);
  }

  function page(shop: number, query: URLSearchParams): string {
    const total = productsOf(shop);
    const include = query.get('include');
    if (include !== null) {
      const ids = include.split(',').map(Number);
      asked.groups += ids.length;
      const groups = ids.map((id) => `{"groupId":${id},"product":${product(shop, id)},"variations":[]}`);
      return `{"groups":[${groups.join()}],"next":null,"total":${total},"currency":"EUR","taxIncluded":true}`;
    }
    const first = Math.max(firstId, Number(query.get('after')) + 1);
    const last = Math.min(firstId + total - 1, first + Number(query.get('limit')) - 1);
    const groups = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({ groupId: first + i }));
    return JSON.stringify({ groups, next: last < firstId + total - 1 ? last : null, total });
  }

  const server = createServer((request, response) => {
    asked.requests += 1;
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    // Made when it is answered: what changes meanwhile is in it, as it is in a shop whose PHP takes its time first.
    setTimeout(() => answer(response, page(shopAt(url.hostname), url.searchParams)), answerMs);
  });
  server.on('connection', (socket) => {
    // It listens on all addresses, for want of a way to name so many, and is there for this machine alone.
    if (!socket.localAddress?.replace('::ffff:', '').startsWith('127.')) socket.destroy();
    socket.setNoDelay(true);
  });
  server.unref();
  return new Promise((resolve) => {
    server.listen(0, '0.0.0.0', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      resolve({
        homeOf: (shop) => `http://127.1.${Math.floor(shop / A_BYTE)}.${1 + (shop % A_BYTE)}:${port}`,
        asked,
      });
    });
  });
}

function shopAt(hostname: string): number {
  const [, , high, low] = hostname.split('.').map(Number);
  return (high ?? 0) * A_BYTE + (low ?? 1) - 1;
}

function answer(response: ServerResponse, body: string): void {
  response
    .writeHead(200, { 'content-type': 'application/json; charset=UTF-8', 'content-length': Buffer.byteLength(body) })
    .end(body);
}

/** A payload whose description reads as loosely as people write: random words, which compress about as well as prose. */
function templateWith(text: number): string {
  const payload = JSON.parse(productPayload(777_777_777, 888_888));
  const random = seeded(text + 1);
  let description = '';
  while (description.length < payload.description.length) {
    description += `${WORDS[Math.floor(random() * WORDS.length)]}${random() < 0.1 ? '. ' : ' '}`;
  }
  return JSON.stringify({ ...payload, description: description.slice(0, payload.description.length) });
}

/** The same numbers from 0 to 1 for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS =
  `lamp shade oak steel brushed warm light evening table floor wall reading corner desk cable linen cotton sewn by hand made in small
series repaired every part comes apart with one key and is kept in stock for ten years after sale the switch dims from bright to a
glow turns without a sound its foot stands on felt so that no parquet suffers bulbs are not included we recommend those of low wattage
colour may differ from what your screen shows grain of wood never repeats delivered assembled ships within two days return free
designed oslo nineteen sixty reissued drawings heirs brass copper black white green glass opal mouth blown thick heavy light weight
energy class sockets fits most ceilings rose adjustable height pendant arm joints tested thousand times certificate origin forest`.split(
    /\s+/,
  );
