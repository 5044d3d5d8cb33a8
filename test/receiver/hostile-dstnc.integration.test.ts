import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { json } from 'node:stream/consumers';
import { everyRole } from '@dstnc/receiver/config.ts';
import { createLogger } from '@dstnc/receiver/logger.ts';
import { type Service, startService } from '@dstnc/receiver/service.ts';
import type { Storage } from '@dstnc/receiver/storage/storage.ts';
import type { Product } from '@dstnc/shared';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { pairName } from '../rig/open-pair.ts';
import { type Sandbox, startSandbox } from '../sandbox/sandbox.ts';
import { lamp } from './lamp.ts';
import { type AddedStore, type Receiver, startReceiver } from './start-receiver.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };

let receiver: Receiver;
let next: Service | undefined;

beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(async () => {
  await next?.stop();
  next = undefined;
  await receiver.stop();
});

interface Restart {
  readonly url?: string;
  readonly identity?: string;
  readonly storage?: Storage;
  readonly clock?: () => number;
}

/** Starts the service again on the same database and port. */
async function again(restart: Restart): Promise<void> {
  const { url = receiver.sandbox.url, identity, storage = receiver.storage, clock = Date.now } = restart;
  await (next ?? receiver.service).stop();
  const [adminToken = '', token = ''] = receiver.secrets;
  const port = Number(new URL(receiver.service.url).port);
  next = await startService({
    polling: null,
    config: {
      port,
      host: '127.0.0.1',
      publicUrl: undefined,
      maxBody: 1024 * 1024,
      allowPrivateStores: true,
      roles: everyRole,
    },
    storage,
    wakeup: receiver.wakeup(),
    adminToken,
    codes: receiver.codes,
    target: { url, token, ...(identity !== undefined && { identity }) },
    log: createLogger('silent'),
    clock,
  });
}

/** Known by its webhooks alone. */
const addStore = (vendor = 'lamps') => receiver.addStore(vendor, `https://${vendor}.example`, false);

let changed = 0;
/** The shop sends a product that differs from all before, or is `over`. */
async function changes(store: AddedStore, id: number, over: Record<string, unknown> = {}): Promise<void> {
  changed += 1;
  const product = lamp(id, {
    name: `Lamp ${id}, ${changed}`,
    date_modified_gmt: new Date(1_800_000_000_000 + changed * 1_000).toISOString().slice(0, 19),
    ...over,
  });
  expect((await receiver.deliver(store, product)).status).toBe(200);
}

/** Waits until DSTNC holds the product in the form that is looked for. */
function held(
  vendor: string,
  id: number,
  { by = receiver.sandbox, wanted = () => true }: { by?: Sandbox; wanted?: (product: Product) => boolean } = {},
): Promise<Product> {
  return by.until(() => {
    const product = by.state.product(vendor, String(id));
    return product !== undefined && wanted(product) && product;
  }, PATIENCE.timeout);
}

const shown = async (store: AddedStore) => (await receiver.call('GET', `/v1/stores/${store.id}`)).body;

const shows = (store: AddedStore, wanted: Record<string, unknown>) =>
  vi.waitFor(async () => expect(await shown(store)).toMatchObject(wanted), PATIENCE);
const settled = (store: AddedStore) => shows(store, { pending: 0 });
const removed = (store: AddedStore) => shows(store, { status: 404 });

const disconnect = (store: AddedStore) => receiver.call('DELETE', `/v1/stores/${store.id}`);

/** What DSTNC was asked, as method and path. */
const asked = ({ calls }: Sandbox) => calls.calls.map(({ method, path }) => `${method} ${path}`).sort();
const product = (id: number, vendor = 'lamps') => `PUT /v1/vendors/${vendor}/products/${id}`;

/** A DSTNC of which `answerTo` is all that is known. Tells what was put, in order. */
async function startOther(answerTo: (path: string, body: Product) => [number, unknown]) {
  const puts: { path: string; status: number }[] = [];
  const server: Server = createServer(async (request, response) => {
    const path = request.url ?? '';
    const [status, body] = answerTo(path, (await json(request)) as Product);
    puts.push({ path, status });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    puts,
    async [Symbol.asyncDispose]() {
      await next?.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('what one DSTNC accepted', () => {
  test('says nothing about another, which gets everything by itself; the same one again gets nothing', async () => {
    const store = await addStore();
    for (const id of [7, 8]) await changes(store, id);
    for (const id of [7, 8]) await held('lamps', id);
    await settled(store);

    const other = await startSandbox();
    try {
      await again({ url: other.url });
      for (const id of [7, 8]) await held('lamps', id, { by: other });
      await settled(store);
      expect(asked(other)).toEqual([product(7), product(8)]);

      other.calls.clear();
      await again({ url: other.url });
      await settled(store);
      await changes(store, 9);
      await held('lamps', 9, { by: other });
      expect(asked(other)).toEqual([product(9)]);

      other.reset();
      await again({ url: other.url, identity: 'a new one at the old address' });
      for (const id of [7, 8, 9]) await held('lamps', id, { by: other });
      expect(asked(other)).toEqual([product(7), product(8), product(9)]);
      expect(other.calls.violations).toEqual([]);
    } finally {
      await next?.stop();
      await other.stop();
    }
  });

  test('is sent again, whole, when an operator asks for it', async () => {
    const store = await addStore();
    for (const id of [7, 8]) await changes(store, id);
    for (const id of [7, 8]) await held('lamps', id);
    await settled(store);
    receiver.sandbox.reset();
    expect((await receiver.call('POST', `/v1/stores/${store.id}/sync`)).body).toEqual({ groups: 2 });
    for (const id of [7, 8]) await held('lamps', id);
    expect(asked(receiver.sandbox)).toEqual([product(7), product(8)]);
  });
});

describe('a store that is disconnected', () => {
  const gone = { wanted: ({ state }: Product) => state === 'deleted' };

  test('is withdrawn whole, goes, and its vendor can be added again', async () => {
    const store = await addStore();
    for (const id of [7, 8]) await changes(store, id);
    for (const id of [7, 8]) await held('lamps', id);
    await settled(store);
    expect((await disconnect(store)).body).toMatchObject({ withdrawing: 2 });
    for (const id of [7, 8]) await held('lamps', id, gone);
    await removed(store);

    const back = await addStore();
    await changes(back, 7);
    await held('lamps', 7, { wanted: ({ state }) => state === 'active' });
  });

  test('stays, with its dead letter, as long as DSTNC refuses a withdrawal', async () => {
    const store = await addStore();
    await changes(store, 7);
    await held('lamps', 7);
    await settled(store);
    receiver.sandbox.faults.add({ path: 'products', status: 422 });
    await disconnect(store);
    const letters = async () => (await receiver.call('GET', `/v1/dead-letters?store=${store.id}`)).body.deadLetters;
    const [letter] = await vi.waitFor(async () => {
      const all = await letters();
      expect(all).toMatchObject([{ kind: 'rejection', subject: '7' }]);
      return all;
    }, PATIENCE);
    await settled(store);
    // Also a service that starts looks for stores to remove.
    await again({});
    expect(await shown(store)).toMatchObject({ state: 'disconnecting', pending: 0 });
    expect(await letters()).toHaveLength(1);

    expect((await receiver.call('POST', `/v1/dead-letters/${letter.id}/replay`)).status).toBe(202);
    await held('lamps', 7, gone);
    await removed(store);
  });

  test.skipIf(pairName !== 'sqlite')(
    'is to be marked by the same write, or stays connected; and what can not be marked yet is by itself',
    async () => {
      const store = await addStore();
      await changes(store, 7);
      await held('lamps', 7);
      await settled(store);
      const database = new DatabaseSync(receiver.file);
      const noMarks = (what: string) =>
        database.exec(`create trigger no_marks before ${what} begin select raise(abort, 'no marks'); end`);
      noMarks('insert on store_marks');
      expect((await disconnect(store)).status).toBe(500);
      expect(await shown(store)).toMatchObject({ state: 'healthy', pending: 0 });
      database.exec('drop trigger no_marks');
      noMarks('update on groups');
      expect((await disconnect(store)).status).toBe(500);
      expect(await shown(store)).toMatchObject({ state: 'disconnecting', pending: 0 });
      database.exec('drop trigger no_marks');
      database.close();
      await held('lamps', 7, gone);
      await removed(store);
    },
  );

  test('while one of its products is being taken up is withdrawn all the same', async () => {
    const { groups } = receiver.storage;
    let before: (() => Promise<unknown>) | undefined;
    const claim: Storage['groups']['claim'] = async (options) => {
      const first = before;
      before = undefined;
      await first?.();
      return groups.claim(options);
    };
    await again({ storage: { ...receiver.storage, groups: { ...groups, claim } } });
    const store = await addStore();
    await changes(store, 7);
    await held('lamps', 7);
    await settled(store);
    before = () => disconnect(store);
    await changes(store, 7);
    await held('lamps', 7, gone);
    await removed(store);
  });
});

describe('a DSTNC that is wrong', () => {
  test('about the rev that it holds, once: the product arrives, and others go on', async () => {
    const store = await addStore();
    const body = { type: 'about:blank', title: 'Stale', status: 409, heldRev: Number.MAX_SAFE_INTEGER };
    receiver.sandbox.faults.add({ path: 'products', status: 409, body });
    await changes(store, 7);
    await receiver.sandbox.until(() => receiver.sandbox.calls.counts.products?.['409']);
    await changes(store, 8);
    await held('lamps', 8);
    await held('lamps', 7);
    await changes(store, 7, { name: 'Still counting' });
    const { rev } = await held('lamps', 7, { wanted: ({ title }) => title === 'Still counting' });
    expect(rev).toBeLessThan(2 ** 52);
  });

  test('about an older rev than ours, for ever, is asked again as time goes by only', async () => {
    await using other = await startOther((path, { rev }) =>
      path.endsWith('/7')
        ? [409, { type: 'about:blank', title: 'Stale', status: 409, heldRev: rev - 1_000 }]
        : [200, {}],
    );
    let now = Date.now();
    await again({ url: other.url, clock: () => now });
    const store = await addStore();
    const tried = (times: number) =>
      vi.waitFor(async () => {
        const { body } = await receiver.call('GET', `/v1/stores/${store.id}/listings/7:0`);
        expect(body.attempts).toBeGreaterThanOrEqual(times);
        expect(body.pending.waitingFor).toContain('newer version');
      }, PATIENCE);
    const puts = (id: number) => other.puts.filter(({ path }) => path.endsWith(`/${id}`)).length;
    await changes(store, 7);
    await tried(1);
    // While the clock stands still others go out, and nothing else of this one.
    for (let round = 1; round <= 10; round++) {
      await changes(store, 8);
      await vi.waitFor(() => expect(puts(8)).toBe(round), PATIENCE);
    }
    expect(puts(7)).toBe(1);
    now += 60_000;
    await tried(2);
    expect(puts(7)).toBeLessThanOrEqual(4);
  });

  test('about thirty products does not hold up a healthy one', async () => {
    await using other = await startOther((path) => [/\/products\/([1-9]|[12]\d|30)$/.test(path) ? 500 : 200, {}]);
    await again({ url: other.url });
    const [store, neighbour] = [await addStore(), await addStore('chairs')];
    for (let id = 1; id <= 30; id++) await changes(store, id);
    const dstnc = async () => (await receiver.call('GET', '/readyz')).body.dstnc;
    await vi.waitFor(async () => expect(await dstnc()).toBe('down'), PATIENCE);
    await changes(store, 99);
    await changes(neighbour, 99);
    const accepted = () => other.puts.filter(({ status }) => status === 200).map(({ path }) => `PUT ${path}`);
    await vi.waitFor(() => expect(accepted().sort()).toEqual([product(99, 'chairs'), product(99)]), PATIENCE);
    expect(await shown(store)).toMatchObject({ pending: 30 });
  });
});
