import { beforeEach, describe, expect, test } from 'vitest';
import { aStore } from '../../../test/behaviour/a-store.ts';
import type { AccessDetection } from './detect-access.ts';
import type { StoreAccess } from './store-access.ts';
import type { StoreAnswer } from './store-answer.ts';
import { createStoreApis } from './store-apis.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreClients } from './store-clients.ts';

const plugin = {
  version: '0.1.0',
  contractVersion: 1,
  woocommerce: '11.0.1',
  restUrl: 'https://shop.example/wp-json/',
};
const access: StoreAccess = {
  api: 'wc/v3',
  restUrl: 'https://shop.example/wp-json/',
  authentication: 'basic',
  woocommerce: '9.4.3',
  variationsTogether: false,
  modifiedAfter: true,
  oddities: [],
  foundAt: 5,
};

let asked: string[];
let examined: number;
let kept: StoreAccess[];
let plugins: boolean[];
let found: AccessDetection;
let answer: (path: string) => StoreAnswer;

const ok = (body: unknown): StoreAnswer => ({ ok: true, status: 200, body, headers: {}, durationMs: 1 });
const noRoute: StoreAnswer = {
  ok: false,
  failure: { kind: 'not_found', code: 'rest_no_route', message: 'No.', retryable: true },
};

beforeEach(() => {
  asked = [];
  examined = 0;
  kept = [];
  plugins = [];
  found = { ok: true, home: 'https://shop.example', access };
  answer = (path) => ok(path === 'products' ? { products: [] } : path.startsWith('wc-dstnc') ? {} : []);
});

function apisOf() {
  const client = (root: string) =>
    ({
      async get(path: string) {
        asked.push(`${root}${path}`);
        return answer(path);
      },
    }) as unknown as StoreClient;
  const clients = { of: () => client(''), at: () => client('legacy ') } as unknown as StoreClients;
  return createStoreApis({
    clients,
    async detect() {
      examined += 1;
      return found;
    },
    async keep(_id, one) {
      kept.push(one);
    },
    onPlugin: (_store, answers) => plugins.push(answers),
  });
}

const START = { cursor: 0, walked: 0 };

describe('how a store is spoken to', () => {
  test('is found out once, and kept', async () => {
    const store = aStore({ plugin: null });
    const apis = apisOf();
    await Promise.all([apis.of(store)?.walk(START), apis.of(store)?.walk(START)]);
    await apis.of(store)?.walk(START);
    expect([examined, kept]).toEqual([1, [access]]);
  });

  test('is not found out again where it is known', async () => {
    await apisOf()
      .of(aStore({ plugin: null, access }))
      ?.walk(START);
    expect(examined).toBe(0);
  });

  test('is found out anew when it stops answering, and then what was asked is asked again', async () => {
    found = { ok: true, home: '', access: { ...access, api: 'legacy/v3', restUrl: 'https://shop.example/wc-api/v3/' } };
    answer = (path) => (path === 'products' ? ok({ products: [] }) : noRoute);
    const apis = apisOf();
    const store = aStore({ plugin: null, access });
    expect(await apis.of(store)?.walk(START)).toMatchObject({ ok: true, groupIds: [] });
    expect(examined).toBe(1);
    asked = [];
    await apis.of(store)?.walk(START);
    expect(new Set(asked)).toEqual(new Set(['legacy products']));
  });

  test('that nobody can find out is tried the usual way, and not looked for at each request', async () => {
    found = { ok: false, problem: { kind: 'unreachable', message: 'No.' } };
    answer = () => noRoute;
    const apis = apisOf();
    for (let time = 0; time < 3; time++) {
      expect(await apis.of(aStore({ plugin: null }))?.walk(START)).toMatchObject({ ok: false });
    }
    expect(examined).toBe(1);
  });

  test('is nobody’s business without credentials', () => {
    expect(apisOf().of(aStore({ credentials: null }))).toBeNull();
  });
});

describe('a plugin', () => {
  test('is asked before WooCommerce', async () => {
    answer = () => ok({ groups: [], next: null, total: 0 });
    await apisOf().of(aStore({ plugin }))?.walk(START);
    expect(asked).toEqual(['wc-dstnc/v1/catalog']);
    expect(plugins).toEqual([true]);
  });

  test('that is switched off is told of, not asked again for a while, and done without', async () => {
    answer = (path) => (path.startsWith('wc-dstnc/') ? noRoute : ok([]));
    const apis = apisOf();
    const store = aStore({ plugin });
    for (let time = 0; time < 2; time++) expect(await apis.of(store)?.walk(START)).toMatchObject({ ok: true });
    expect(asked.filter((path) => path.startsWith('wc-dstnc/'))).toHaveLength(1);
    expect(plugins).toEqual([false]);
    apis.reset(store.id);
    await apis.of(store)?.walk(START);
    expect(asked.filter((path) => path.startsWith('wc-dstnc/'))).toHaveLength(2);
  });
});
