import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { buildListing } from '@dstnc/receiver/catalog/build-listing.ts';
import { openStorage } from '@dstnc/receiver/cli/open-storage.ts';
import { readConfig } from '@dstnc/receiver/config.ts';
import type { Storage } from '@dstnc/receiver/storage/storage.ts';
import { readStoreProduct } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { aStore } from '../behaviour/a-store.ts';
import { startKeyShop } from './start-key-shop.ts';

const RECEIVER = fileURLToPath(new URL('../../receiver/bin/receiver.js', import.meta.url));

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dstnc-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const environment = () => ({ DATABASE_URL: `sqlite:${join(folder, 'receiver.db')}`, ALLOW_PRIVATE_STORES: '1' });

function start(args: readonly string[], env: Record<string, string> = {}) {
  return spawn(process.execPath, [RECEIVER, ...args], {
    env: { PATH: process.env.PATH, ...environment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function receiver(...given: (string | Record<string, string>)[]) {
  const args = given.filter((one) => typeof one === 'string');
  const child = start(
    args,
    Object.assign({}, ...given.filter((one) => typeof one === 'object')) as Record<string, string>,
  );
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out, err };
}

/** Fills the database as a running service would. */
async function fill(work: (storage: Storage) => Promise<void>, env: Record<string, string> = {}): Promise<void> {
  const { storage } = await openStorage(readConfig({ ...environment(), ...env }));
  await work(storage).finally(() => storage.close());
}

/** What a command has logged on stderr: one line for what it changed, and nothing else unless it failed. */
function actions(err: string): Record<string, unknown>[] {
  return err
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .map(({ audit, who, action, subject, outcome }) => ({ audit, who, action, subject, outcome }));
}
const WHO = `cli:${userInfo().username}`;

/** A product that DSTNC has accepted. */
async function list(storage: Storage, raw: { id: number } & Record<string, unknown>): Promise<void> {
  const reading = readStoreProduct({ price: '5', manage_stock: true, stock_quantity: 4, ...raw });
  if (!reading.ok) throw new Error(reading.reason);
  const context = { currency: 'EUR', taxIncluded: true, settings: { backorders: 'deny' } } as const;
  const draft = buildListing({ item: reading, variations: [], readAt: 1 }, context);
  await storage.ingest.mark([{ storeId: 'st_1', groupId: raw.id }], 'webhook product.updated', 1);
  const [claim] = await storage.groups.claim({ storeId: 'st_1', owner: 'test', now: 1, leaseMs: 1_000, limit: 1 });
  if (claim === undefined) throw new Error('nothing to claim');
  const history = draft.items.map(({ externalId, rule }) => ({
    externalId,
    at: '2026-01-02T03:04:05.000Z',
    cause: 'webhook product.updated',
    state: 'active',
    rule,
    tracked: true,
    quantity: 4,
    purchasable: true,
  }));
  await storage.groups.finish(
    claim,
    {
      kind: 'agreed',
      state: 'active',
      purchasable: true,
      listingJson: JSON.stringify(draft),
      contentHash: 'x',
      inventoryJson: '{}',
      items: draft.items,
      readAt: 1,
      sent: { sentAt: 2, acceptedAt: 3, history },
    },
    4,
  );
}

describe('receiver progress', () => {
  const walk = { cause: 'import', startedAt: 1, cursor: 9, walked: 1, total: 3, walkedAt: null, waitingFor: null };

  test('follows an import to its end', async () => {
    await fill(async (storage) => {
      await storage.stores.add(aStore({ id: 'st_1', vendor: 'lamps', import: walk }));
      await list(storage, { id: 5, name: 'Oslo' });
    });
    const child = start(['progress', 'st_1']);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const closed = once(child, 'close');
    expect((await lines.next()).value).toMatch(/^1 of 3 products {2}█+·+ {2}/);
    await fill(async (storage) =>
      storage.stores.update('st_1', { import: { ...walk, walked: 1, walkedAt: 7 } }).then(() => {}),
    );
    const rest: string[] = [];
    for await (const line of { [Symbol.asyncIterator]: () => lines }) rest.push(line);
    expect(rest.at(-1)).toBe('Imported. At DSTNC: 1 products, 1 of them purchasable.');
    expect(await closed).toEqual([0, null]);
    const { out } = await receiver('progress', 'st_1', '--json');
    expect(JSON.parse(out)).toMatchObject({ state: 'done', done: 1, total: 1 });
  });

  test('says so of a store that is not imported, or that nobody knows', async () => {
    await fill(async (storage) => void (await storage.stores.add(aStore({ id: 'st_1', vendor: 'lamps' }))));
    expect((await receiver('progress', 'st_1')).out).toMatch(/not imported/);
    expect(await receiver('progress', 'st_2')).toMatchObject({
      code: 3,
      err: expect.stringContaining('no store st_2'),
    });
  });
});

describe('receiver stores', () => {
  test('adds stores and lists them; a made secret is told once, others never', async () => {
    const empty = await receiver('stores');
    expect([empty.code, empty.err]).toEqual([0, '']);
    expect(empty.out).toContain('receiver stores add');

    const added = await receiver('stores', 'add', '--url', 'https://a.example', '--vendor', 'lamps');
    expect([added.code, actions(added.err)]).toEqual([
      0,
      [{ audit: true, who: WHO, action: 'receiver stores add', subject: 'lamps', outcome: 'done' }],
    ]);
    const [, id] = /Added (st_\w+) for lamps/.exec(added.out) ?? [];
    const [, secret = '?'] = /Secret +(\w{64}) /.exec(added.out) ?? [];
    expect(added.out).toMatch(/Delivery URL +http:\/\/127\.0\.0\.1:8080\/v1\/webhooks\/wh_/);

    const shop = await startKeyShop();
    const keys = ['--key', shop.keys.consumerKey, '--secret', shop.keys.consumerSecret];
    const other = await receiver('connect', '--url', shop.url, '--vendor', 'chairs', ...keys);
    await shop.stop();
    expect([other.code, other.out]).toEqual([0, expect.stringMatching(/Connected st_\w+ for chairs/)]);

    const table = await receiver('stores');
    expect(table.code).toBe(0);
    expect(table.out.split('\n').filter((line) => line !== '')).toHaveLength(3);
    expect(table.out).toMatch(new RegExp(`${id} +lamps +https://a\\.example +webhooks only +healthy +0 +0`));
    const json = await receiver('stores', '--json');
    expect(JSON.parse(json.out)).toMatchObject([
      { id, vendor: 'lamps', access: 'webhooks_only', products: 0, pending: 0, lastDelivery: null },
      { vendor: 'chairs', access: 'keys' },
    ]);
    for (const { out } of [other, table, json]) {
      for (const hidden of [secret, ...Object.values(shop.keys)]) expect(out).not.toContain(hidden);
    }
    for (const hidden of [secret, ...Object.values(shop.keys)]) expect(added.err + other.err).not.toContain(hidden);
  });

  test('add answers as JSON when asked to', async () => {
    const args = ['stores', 'add', '--url', 'a.example/', '--vendor', 'lamps', '--json'];
    const { code, out } = await receiver(...args, { PUBLIC_URL: 'https://in.example/' });
    expect(code).toBe(0);
    const view = JSON.parse(out) as Record<string, string>;
    expect(view).toMatchObject({
      vendor: 'lamps',
      url: 'https://a.example',
      access: 'webhooks_only',
      webhookSecret: expect.stringMatching(/^\w{64}$/) as string,
    });
    expect(view.webhookUrl).toMatch(/^https:\/\/in\.example\/v1\/webhooks\/wh_/);
  });

  test('connect tries the keys first, takes the secret from the environment, and gives a store new keys', async () => {
    const shop = await startKeyShop();
    const { consumerKey, consumerSecret } = shop.keys;
    const connect = (key: string, secret: string) =>
      receiver('connect', '--url', ` ${shop.url}/ `, '--vendor', 'lamps', '--key', ` ${key} `, '--json', {
        CONSUMER_SECRET: secret,
      });
    const swapped = await connect(consumerSecret, consumerKey);
    expect([swapped.code, swapped.out]).toEqual([1, '']);
    expect(swapped.err).toContain('swapped');
    shop.mayWrite = false;
    const readOnly = await connect(consumerKey, consumerSecret);
    expect([readOnly.code, readOnly.err]).toEqual([1, expect.stringContaining('Read/Write')]);
    expect(actions(readOnly.err)).toMatchObject([{ action: 'receiver connect', subject: 'lamps', outcome: 'refused' }]);
    await fill(async (storage) => expect(await storage.stores.list()).toEqual([]));

    shop.mayWrite = true;
    const first = await connect(consumerKey, consumerSecret);
    expect(first.code).toBe(0);
    const view = JSON.parse(first.out) as Record<string, string>;
    expect(view).toMatchObject({ vendor: 'lamps', url: shop.url, access: 'keys', state: 'importing' });
    const again = await connect(consumerKey, consumerSecret);
    expect(JSON.parse(again.out)).toMatchObject({ id: view.id, webhookUrl: view.webhookUrl });
    await shop.stop();
    await fill(async (storage) => {
      const [store, ...others] = await storage.stores.list();
      expect([store?.credentials, others]).toEqual([shop.keys, []]);
    });
    for (const { out, err } of [swapped, readOnly, first, again]) {
      for (const hidden of [consumerKey, consumerSecret]) expect(out + err).not.toContain(hidden);
    }
  });

  test("what can't be done is 1, and what is asked wrongly is 2, with the reason", async () => {
    const add = (...more: string[]) =>
      receiver('stores', 'add', '--url', 'https://a.example', '--vendor', 'lamps', ...more);
    expect((await add()).code).toBe(0);
    const taken = await add();
    expect([taken.code, taken.out]).toEqual([1, '']);
    expect(taken.err).toContain('"lamps"');
    expect(actions(taken.err)).toMatchObject([{ action: 'receiver stores add', outcome: 'refused' }]);
    const half = await receiver('connect', '--url', 'https://b.example', '--vendor', 'b', '--key', 'ck_1');
    expect(half.code).toBe(2);
    const wrong = await receiver('stores', 'add', '--url', 'shop', '--vendor', 'a b');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/url[\s\S]*vendor|vendor[\s\S]*url/);
    for (const args of [['stores', 'add'], ['nonsense'], ['stores', '--nonsense'], ['explain', 'st_1']]) {
      const { code, err } = await receiver(...args);
      expect([args, code]).toEqual([args, 2]);
      expect(err).not.toBe('');
    }
    expect((await receiver('--help')).code).toBe(0);
    expect((await receiver('--version')).out).toMatch(/^\d+\.\d+\.\d+/);
  });
});

describe('receiver explain', () => {
  beforeEach(() =>
    fill(async (storage) => {
      await storage.stores.add(aStore({ id: 'st_1' }));
      await list(storage, { id: 7, name: 'Oslo \u001b[31mLamp', sku: 'OSL-1' });
      await list(storage, { id: 8, name: 'Bergen Lamp', stock_quantity: '1e3' });
    }),
  );

  test('tells the story of an item, by its id or by words of its name or SKU', async () => {
    const { code, out } = await receiver('explain', 'st_1', '8:0');
    expect(code).toBe(0);
    expect(out).toContain('Bergen Lamp  8:0');
    expect(out).toContain('not purchasable · tracked, quantity 0 · rule 3');
    expect(out).toContain('the quantity "1e3" is not a plain number, so it counts as 0');
    expect(out).toContain('stock_quantity "1e3"');
    expect(out).toContain('history  2026-01-02 03:04:05.000 quantity 4');
    expect((await receiver('explain', 'st_1', 'bergen')).out).toBe(out);
    const bySku = await receiver('explain', 'st_1', 'osl-1');
    expect(bySku.out).toContain('7:0  SKU OSL-1');
    // A name from a shop must not speak to the operator's terminal.
    expect(bySku.out).not.toContain('\u001b');
  });

  test('asks which one is meant, or answers as JSON', async () => {
    const several = await receiver('explain', 'st_1', 'lamp');
    expect(several.code).toBe(0);
    expect(several.out).toMatch(/8:0 +Bergen Lamp/);
    expect(several.out).toMatch(/7:0 +Oslo/);
    const json = await receiver('explain', 'st_1', '7:0', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ externalId: '7:0', rule: 3, attempts: 1 });
  });

  test('what is not there is 3', async () => {
    for (const args of [
      ['st_none', '7:0'],
      ['st_1', '9:0'],
      ['st_1', 'chair'],
    ]) {
      const { code, out, err } = await receiver('explain', ...args);
      expect([code, out]).toEqual([3, '']);
      expect(err).not.toBe('');
    }
  });
});

test('receiver dead-letters lists what waits for a person', async () => {
  expect((await receiver('dead-letters')).out).toBe('No dead letters.\n');
  const record = {
    receivedAt: 1,
    topic: 'product.updated',
    outcome: 'dead_letter',
    bytes: 1,
    cause: 'webhook',
    marks: [],
  };
  await fill(async (storage) => {
    for (const storeId of ['st_1', 'st_2']) {
      const deadLetter = { reason: `not \u0007JSON of ${storeId}`, body: 'x' };
      await storage.ingest.record([{ ...record, storeId, deliveryId: 'd-1', deadLetter }]);
    }
  });
  const all = await receiver('dead-letters', 'list');
  expect(all.code).toBe(0);
  expect(all.out).toContain('not  JSON of st_1');
  expect(all.out).toContain('not  JSON of st_2');
  expect((await receiver('dead-letters')).out).toBe(all.out);
  expect(JSON.parse((await receiver('dead-letters', '--json')).out)).toHaveLength(2);
  const one = await receiver('dead-letters', 'list', '--store', 'st_2', '--json');
  expect(JSON.parse(one.out)).toMatchObject([{ storeId: 'st_2', kind: 'delivery', body: 'x' }]);
});

describe('receiver dead-letters', () => {
  /** A product that has been failing for long, its letter, and the time. */
  async function failing(storage: Storage): Promise<void> {
    await storage.stores.add(aStore({ id: 'st_1' }));
    await storage.ingest.mark([{ storeId: 'st_1', groupId: 7 }], 'webhook product.updated', 1);
    const [claim] = await storage.groups.claim({ storeId: 'st_1', owner: 'test', now: 1, leaseMs: 1_000, limit: 1 });
    if (claim === undefined) throw new Error('nothing to claim');
    const story = { explanation: 'It has \u001b[31mfailed.', step: 'send', requests: [{ body: { title: 'Lamp' } }] };
    await storage.groups.finish(
      claim,
      {
        kind: 'retry',
        dueAt: Date.now() + 3_600_000,
        waitingFor: 'DSTNC answered 409',
        inDoubt: true,
        failing: { ms: 604_800_000, at: 1 },
        letter: { reason: 'DSTNC answered 409', story },
      },
      1,
    );
  }
  let id: string;
  beforeEach(() =>
    fill(async (storage) => {
      await failing(storage);
      id = (await storage.deadLetters.list())[0]?.id ?? '';
    }),
  );
  const due = async () => {
    let at: number | null = null;
    await fill(async (storage) => {
      at = await storage.groups.nextDue();
    });
    return at as number | null;
  };

  test('show tells the whole story of one, and what to do', async () => {
    const { code, out, err } = await receiver('dead-letters', 'show', id);
    expect([code, err]).toEqual([0, '']);
    for (const told of ['undeliverable 7 of st_1', 'DSTNC answered 409', 'It has', '"title": "Lamp"', 'replay']) {
      expect(out).toContain(told);
    }
    expect(out).not.toContain('\u001b');
    const json = JSON.parse((await receiver('dead-letters', 'show', id, '--json')).out) as Record<string, unknown>;
    expect(json).toMatchObject({ id, kind: 'undeliverable', whatToDo: expect.stringContaining('give DSTNC') });
  });

  test('replay makes it due at once', async () => {
    const { code, out, err } = await receiver('dead-letters', 'replay', id);
    expect([code, out]).toEqual([0, expect.stringContaining('tried again')]);
    expect(actions(err)).toEqual([
      { audit: true, who: WHO, action: 'receiver dead-letters replay', subject: id, outcome: 'done' },
    ]);
    expect(await due()).toBeLessThanOrEqual(Date.now());
  });

  test('discard leaves its product alone, and explain says so', async () => {
    const { code, out, err } = await receiver('dead-letters', 'discard', id);
    expect([code, out]).toEqual([0, 'Discarded.\n']);
    expect(actions(err)).toMatchObject([{ action: 'receiver dead-letters discard', subject: id, outcome: 'done' }]);
    expect(await due()).toBeNull();
    expect((await receiver('dead-letters')).out).toBe('No dead letters.\n');
    expect((await receiver('explain', 'st_1', '7:0')).out).toContain('discarded by an operator');
  });

  test('what is not there is 3', async () => {
    for (const command of ['show', 'replay', 'discard']) {
      const { code, out, err } = await receiver('dead-letters', command, 'dl_none');
      expect([code, out]).toEqual([3, '']);
      expect(err).toContain('dl_none');
      expect(actions(err).map(({ outcome }) => outcome)).toEqual(command === 'show' ? [] : ['refused']);
    }
  });
});

describe('receiver keys', () => {
  const [one, two] = [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
  const before = { ENCRYPTION_KEYS: `k1:${one}` };
  const both = { ENCRYPTION_KEYS: `k2:${two},k1:${one}` };
  const after = { ENCRYPTION_KEYS: `k2:${two}` };
  const STORES = 450;
  const stores = Array.from({ length: STORES }, (_, i) => aStore({ id: `st_${String(i).padStart(3, '0')}` }));
  const addStores = () =>
    fill(async (storage) => {
      await Promise.all(stores.map((store) => storage.stores.add(store)));
    }, before);
  const counted = async (env: Record<string, string>) =>
    Object.fromEntries(
      (JSON.parse((await receiver('keys', 'list', '--json', env)).out) as { key: string; stores: number }[]).map(
        ({ key, stores: count }) => [key, count],
      ),
    );

  test('rotate, killed half-way and run again, leaves nothing that the old key alone opens', async () => {
    await addStores();
    expect(await counted(both)).toEqual({ k2: 0, k1: STORES });
    const child = start(['keys', 'rotate'], both);
    const ended = once(child, 'close');
    for await (const line of createInterface(child.stdout)) if (/^\d+ of/.test(line)) child.kill('SIGKILL');
    await ended;
    const halfway = await counted(both);
    expect((halfway.k1 ?? 0) + (halfway.k2 ?? 0)).toBe(STORES);
    expect(halfway.k2).toBeGreaterThan(0);

    const { code, out, err } = await receiver('keys', 'rotate', both);
    expect(code).toBe(0);
    expect(out).toContain('You can remove from ENCRYPTION_KEYS: "k1"');
    expect(actions(err)).toMatchObject([{ who: WHO, action: 'receiver keys rotate', subject: 'k2', outcome: 'done' }]);
    for (const secret of [one, two]) expect(out + err).not.toContain(secret);
    expect(await counted(after)).toEqual({ k2: STORES });
    await fill(async (storage) => {
      expect(await storage.stores.byId('st_007')).toEqual(stores[7]);
    }, after);
  });

  test('rotate says until when codes that were given out are good', async () => {
    await receiver('invite', '--vendor', 'lamps', '--expires', '2d', before);
    const { out } = await receiver('keys', 'rotate', both);
    const ends = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    expect(out).toMatch(new RegExp(`Connection codes .*void.* ${ends}`));
  });

  test('a key that is missing is named, and is 1', async () => {
    await addStores();
    const listed = await receiver('keys', after);
    expect([listed.code, listed.out]).toEqual([0, expect.stringMatching(/k1 +NOT IN ENCRYPTION_KEYS +450/)]);
    const { code, err } = await receiver('keys', 'rotate', after);
    expect(code).toBe(1);
    expect(err).toContain('"k1"');
  });
});

describe('receiver stores secret', () => {
  beforeEach(() => fill(async (storage) => void (await storage.stores.add(aStore({ id: 'st_1' })))));
  const held = async () => {
    let store: Awaited<ReturnType<Storage['stores']['byId']>> = null;
    await fill(async (storage) => {
      store = await storage.stores.byId('st_1');
    });
    return store as unknown as Record<string, unknown>;
  };

  test('adds one beside the one that is there, and retires that', async () => {
    const { code, out, err } = await receiver('stores', 'secret', 'st_1', '--add', '--overlap', '2h');
    expect(code).toBe(0);
    const [, secret = '?'] = /Secret +(\w{64}) /.exec(out) ?? [];
    expect(err).not.toContain(secret);
    expect(actions(err)).toMatchObject([{ action: 'receiver stores secret --add', subject: 'st_1', outcome: 'done' }]);
    const both = await held();
    expect(both.webhookSecrets).toEqual([secret, 'webhook-secret']);
    expect(Math.abs(Number(both.webhookSecretsUntil) - Date.now() - 7_200_000)).toBeLessThan(60_000);
    expect((await receiver('stores', 'secret', 'st_1', '--retire')).code).toBe(0);
    expect(await held()).toMatchObject({ webhookSecrets: [secret], webhookSecretsUntil: null });
  });

  test('takes one from the environment, and does not show it', async () => {
    const given = { WEBHOOK_SECRET: 'of-the-shop' };
    const { code, out, err } = await receiver('stores', 'secret', 'st_1', '--add', '--json', given);
    expect([code, JSON.parse(out)]).toEqual([0, { id: 'st_1', othersUntil: expect.any(String) }]);
    expect(out + err).not.toContain('of-the-shop');
    expect((await held()).webhookSecrets).toEqual(['of-the-shop', 'webhook-secret']);
  });

  test('is 2 where it is asked for wrongly, and 3 where there is no such store', async () => {
    for (const args of [[], ['--add', '--retire'], ['--add', '--overlap', 'soon']]) {
      expect((await receiver('stores', 'secret', 'st_1', ...args)).code).toBe(2);
    }
    for (const what of ['--add', '--retire'])
      expect((await receiver('stores', 'secret', 'st_none', what)).code).toBe(3);
  });
});

describe('receiver serve', () => {
  test('with a configuration that is wrong names all its faults and is 1', async () => {
    const broken = { PORT: 'eighty', MAX_BODY: 'much', ADMIN_TOKEN: 'short', DSTNC_API_URL: 'https://dstnc.example' };
    for (const command of ['serve', 'stores']) {
      const { code, out, err } = await receiver(command, broken);
      expect([code, out]).toEqual([1, '']);
      for (const name of ['PORT', 'MAX_BODY', 'ADMIN_TOKEN', 'DSTNC_API_TOKEN']) expect(err).toContain(name);
      expect(err).not.toContain(' at ');
    }
  });

  test('without keys for its secrets, or without a database, says so and is 1', async () => {
    await receiver('stores', 'add', '--url', 'https://a.example', '--vendor', 'lamps');
    const otherKey = { ENCRYPTION_KEYS: `k2:${Buffer.alloc(32).toString('base64')}` };
    const unreadable = await receiver('stores', otherKey);
    expect([unreadable.code, unreadable.out]).toEqual([1, '']);
    expect(unreadable.err).toContain('"k1"');
    const nowhere = await receiver('stores', { DATABASE_URL: `sqlite:${RECEIVER}/receiver.db` });
    expect([nowhere.code, nowhere.out]).toEqual([1, '']);
    expect(nowhere.err).not.toContain(' at ');
  });

  test('on a port that is taken says so and is 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { code, err } = await receiver('serve', { PORT: String(port), HOST: '127.0.0.1' });
    other.close();
    expect(code).toBe(1);
    expect(err).toContain('set PORT');
    expect(err).not.toContain(' at ');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'says what it is in ten lines at most, serves, and stops on %s with 0',
    async (signal) => {
      const child = start(['serve'], { PORT: '0', HOST: '127.0.0.1' });
      const exit = once(child, 'close') as Promise<[number | null]>;
      const lines: string[] = [];
      let url = '';
      for await (const line of createInterface(child.stdout)) {
        lines.push(line);
        url = /"address +(\S+?),/.exec(line)?.[1] ?? url;
        if (!/"next +invite a vendor/.test(line)) continue;
        expect(lines.length).toBeLessThanOrEqual(10);
        const ready = await fetch(`${url}/readyz`);
        expect([ready.status, await ready.json()]).toMatchObject([200, { status: 'ok', storage: 'ok', dstnc: 'ok' }]);
        child.kill(signal);
      }
      expect((await exit)[0]).toBe(0);
      expect(lines.at(-1)).toContain('stopped; nothing is lost');
      const token = readFileSync(join(folder, 'admin-token'), 'utf8').trim();
      for (const secret of [token, readFileSync(join(folder, 'encryption-keys'), 'utf8').trim()]) {
        expect(lines.join('\n')).not.toContain(secret);
      }
    },
  );
});

describe('receiver orders', () => {
  const PO_1 = { storeId: 'st_1', reference: 'PO-1' };

  beforeEach(() =>
    fill(async (storage) => {
      await storage.stores.add(aStore({ id: 'st_1', vendor: 'lamps' }));
      const request = {
        ...PO_1,
        key: 'k',
        fingerprint: 'f',
        body: '{"lastName":"Quillfeather"}',
        currency: 'EUR',
        total: '44.88',
      };
      const begun = await storage.orders.begin(request, { owner: 'test', now: 1, leaseMs: 1_000 });
      if (begun.kind !== 'claimed') throw new Error(begun.kind);
      const facts = {
        phase: 'placed',
        storeOrderId: 8,
        storeOrderNumber: '1008',
        status: 'processing',
        placedAt: 1,
      } as const;
      await storage.orders.finish(begun.claim, { facts, dueAt: null, what: 'is in the store as order 8' }, 2);
    }),
  );

  test('lists them, shows one, and never whom it is for', async () => {
    const list = await receiver('orders', 'st_1');
    expect(list).toMatchObject({ code: 0 });
    expect(list.out).toMatch(/PO-1 +1008 +placed +—/);
    expect(list.out).toContain('1 to ship · 0 shipped · 0 need attention');
    const shown = await receiver('orders', 'show', 'st_1', 'PO-1');
    expect(shown.out).toContain('order 1008 in the store');
    expect(shown.out).toContain('is in the store as order 8');
    const json = await receiver('orders', 'show', 'st_1', 'PO-1', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ reference: 'PO-1', state: 'placed', personalData: true });
    expect(list.out + shown.out + json.out).not.toContain('Quillfeather');
  });

  test('sends one again, and forgets its addresses', async () => {
    const resent = await receiver('orders', 'resend', 'st_1', 'PO-1');
    expect(resent.code).toBe(0);
    expect(actions(resent.err)).toEqual([
      { audit: true, who: WHO, action: 'receiver orders resend', subject: 'st_1 PO-1', outcome: 'done' },
    ]);
    expect((await receiver('orders', 'erase', 'st_1', 'PO-1')).code).toBe(0);
    await fill(async (storage) => {
      expect(await storage.orders.byReference(PO_1)).toMatchObject({ personal: false, dueAt: expect.any(Number) });
    });
  });

  test('what is not there is 3', async () => {
    for (const args of [
      ['show', 'st_1', 'PO-9'],
      ['resend', 'st_1', 'PO-9'],
      ['list', 'st_9'],
    ]) {
      expect((await receiver('orders', ...args)).code).toBe(3);
    }
  });
});
