import { aStore } from '@dstnc/test/behaviour/a-store.ts';
import { expect, test } from 'vitest';
import type { Storage } from '../storage/storage.ts';
import type { Store } from '../stores/store.ts';
import type { StoreAccess } from '../woocommerce/store-access.ts';
import { connectByKeys } from './connect-by-keys.ts';

const KEYS = { consumerKey: 'ck_new', consumerSecret: 'cs_new' };
const ACCESS: StoreAccess = {
  api: 'wc/v3',
  restUrl: 'https://www.shop.example/wp-json/',
  authentication: 'basic',
  woocommerce: '11.0.1',
  variationsTogether: true,
  modifiedAfter: true,
  oddities: [],
  foundAt: 5,
};
const PLUGIN = { version: '1', contractVersion: 1, woocommerce: '11.0.1', restUrl: 'https://shop.example/wp-json/' };

/** Connects https://shop.example, which is at `home`, beside a store that is there already. */
async function connect({
  home = 'https://shop.example',
  known = null as Store | null,
  secret = undefined as string | undefined,
} = {}) {
  const kept: Store[] = [];
  const asked: string[] = [];
  const stores: Pick<Storage['stores'], 'byVendor' | 'connect'> = {
    byVendor: async () => known,
    async connect({ store }) {
      kept.push(store);
      return 'connected';
    },
  };
  const result = await connectByKeys(
    {
      storage: { stores: stores as Storage['stores'] },
      async findAccess(url) {
        asked.push(url);
        return { ok: true, home, access: ACCESS };
      },
      allowPrivate: false,
      clock: () => 1_000,
    },
    { url: 'https://shop.example', vendor: 'lamps', keys: KEYS, invitationId: null, webhookSecret: secret },
  );
  return { result, kept, asked };
}

test('the shop’s own address is the one that is kept, and it is said', async () => {
  const { result, kept } = await connect({ home: 'https://www.shop.example' });
  expect(result).toMatchObject({ kind: 'connected', movedTo: 'https://www.shop.example', again: false });
  expect(kept).toMatchObject([{ url: 'https://www.shop.example', access: ACCESS, credentials: KEYS }]);
  expect((await connect()).result).toMatchObject({ movedTo: null });
});

test('a shop that leads to another one, or inside, is not connected', async () => {
  for (const home of ['http://shop.example', 'https://10.0.0.1', 'https://shop.internal']) {
    const { result, kept } = await connect({ home });
    expect([result.kind, kept]).toEqual(['refused', []]);
  }
  const known = aStore({ vendor: 'lamps', url: 'https://shop.example' });
  const { result, kept } = await connect({ home: 'https://other.example', known });
  expect([result.kind, kept]).toEqual(['vendor_taken', []]);
});

test('keys are never tried on another shop than the vendor’s', async () => {
  const known = aStore({ vendor: 'lamps', url: 'https://other.example', disconnectedAt: 5 });
  expect(await connect({ known })).toEqual({
    result: { kind: 'vendor_taken', withdrawing: true },
    kept: [],
    asked: [],
  });
});

test('a plugin goes on as it is, unless it has disconnected the shop', async () => {
  const previous = { tokenHash: 'old', credentials: null, webhookSecrets: ['old'] };
  const known = aStore({
    vendor: 'lamps',
    url: 'http://www.shop.example',
    plugin: PLUGIN,
    tokenHash: 'token',
    previous,
  });
  expect((await connect({ known })).kept).toMatchObject([
    {
      id: known.id,
      plugin: PLUGIN,
      tokenHash: 'token',
      previous: { ...previous, credentials: KEYS },
      credentials: KEYS,
    },
  ]);
  expect((await connect({ known: { ...known, disconnectedAt: 5 } })).kept).toMatchObject([
    { id: known.id, plugin: null, tokenHash: null, previous: null, disconnectedAt: null, withheld: null },
  ]);
});

test('webhooks go on with the secret that they have; another one is good beside it for a while', async () => {
  const known = aStore({ vendor: 'lamps', webhookSecrets: ['held'] });
  expect((await connect({ known })).kept).toMatchObject([{ webhookSecrets: ['held'], webhookSecretsUntil: null }]);
  const [store] = (await connect({ known, secret: 'given' })).kept;
  expect(store?.webhookSecrets).toEqual(['given', 'held']);
  expect(store?.webhookSecretsUntil).toBeGreaterThan(1_000);
  expect((await connect({ secret: 'given' })).result).not.toHaveProperty('madeSecret');
  expect((await connect()).result).toMatchObject({ madeSecret: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
});
