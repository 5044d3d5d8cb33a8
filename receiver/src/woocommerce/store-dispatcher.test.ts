import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import net, { type AddressInfo, type NetConnectOpts, type Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { request } from 'undici';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Resolve } from './address-guard.ts';
import { ForbiddenAddressError } from './forbidden-address-error.ts';
import { type StoreDispatcherOptions, storeDispatcher } from './store-dispatcher.ts';

const PUBLIC = ['93.184.216.34', '2606:4700::1111'];
const NAME = 'http://shop.example.com';

let server: Server;
let calls: number;
/** Addresses that a connection was really made to, in order. */
let reached: string[];
const cleanups: (() => unknown)[] = [];

beforeEach(async () => {
  calls = 0;
  reached = [];
  server = createServer((_request, response) => {
    calls += 1;
    response.end('{}');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  standInForTheInternet((server.address() as AddressInfo).port);
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  vi.restoreAllMocks();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

/** Every public address is the server of this test; connections are otherwise made as ever: looked up, then to what the look-up gave. */
function standInForTheInternet(port: number): void {
  const connect = net.connect.bind(net) as (options: NetConnectOpts) => Socket;
  vi.spyOn(net, 'connect').mockImplementation(((options: NetConnectOpts & { host: string }) => {
    const lookup: net.LookupFunction = (host, wanted, callback) => {
      const given = (options as { lookup?: net.LookupFunction }).lookup;
      given?.(host, { ...wanted, all: true }, (error, found) => {
        const [first] = typeof found === 'string' ? [] : found;
        if (error !== null || first === undefined) return callback(error, '');
        reached.push(first.address);
        if (wanted.all) callback(null, [{ address: '127.0.0.1', family: 4 }]);
        else callback(null, '127.0.0.1', 4);
      });
    };
    if (net.isIP(options.host) === 0) return connect({ ...options, port, lookup } as NetConnectOpts);
    reached.push(options.host);
    return connect({ ...options, port, host: '127.0.0.1' } as NetConnectOpts);
  }) as typeof net.connect);
}

/** Answers the first question with the first answer, and so on; the last one stays. */
function resolving(...answers: string[][]): Resolve & { readonly asked: () => number } {
  let asked = 0;
  const resolve: Resolve = (_name, _options, callback) => {
    const found = answers[Math.min(asked, answers.length - 1)] ?? [];
    asked += 1;
    callback(
      null,
      found.map((address) => ({ address, family: net.isIP(address) })),
    );
  };
  return Object.assign(resolve, { asked: () => asked });
}

function asking(options: Partial<StoreDispatcherOptions>) {
  const dispatcher = storeDispatcher({ allowPrivate: false, ...options });
  cleanups.push(() => dispatcher.destroy());
  const ask = async (url: string): Promise<unknown> => {
    try {
      const { body } = await request(url, { dispatcher });
      const text = await body.text();
      // The connection is free for the next request a turn later.
      await setImmediate();
      return text;
    } catch (error) {
      return error;
    }
  };
  return Object.assign(ask, { dispatcher });
}

const refused = expect.any(ForbiddenAddressError) as unknown;

describe('connections to stores', () => {
  test('go to the very address that was checked, and are looked up once each', async () => {
    const resolve = resolving(PUBLIC);
    expect(await asking({ resolve })(NAME)).toBe('{}');
    expect(reached).toEqual(PUBLIC.slice(0, 1));
    expect(resolve.asked()).toBe(1);
  });

  test('are not made to a name that was public when it was checked first, and is private now', async () => {
    const ask = asking({ resolve: resolving(PUBLIC, ['127.0.0.1']), connectionLifeMs: 60_000 });
    expect(await ask(NAME)).toBe('{}');
    const closed = once(ask.dispatcher, 'disconnect');
    server.closeAllConnections();
    await closed;
    expect(await ask(NAME)).toEqual(refused);
    expect(await ask(NAME)).toEqual(refused);
    expect([reached, calls]).toEqual([PUBLIC.slice(0, 1), 1]);
  });

  test('are not made to a name with a private address beside a public one', async () => {
    const ask = asking({ resolve: resolving([...PUBLIC, '10.0.0.1'], ['fd00::1', ...PUBLIC]) });
    expect([await ask(NAME), await ask(NAME)]).toEqual([refused, refused]);
    expect(reached).toEqual([]);
  });

  test('stay with their address while they are kept alive, whatever the name leads to by then', async () => {
    const resolve = resolving(PUBLIC, ['127.0.0.1']);
    const ask = asking({ resolve });
    expect([await ask(NAME), await ask(NAME), await ask(NAME)]).toEqual(['{}', '{}', '{}']);
    expect([reached, resolve.asked()]).toEqual([PUBLIC.slice(0, 1), 1]);
  });

  test('are looked up anew when they get old, busy or not: a shop that moved is found', async () => {
    const [from = '', to = ''] = ['93.184.216.34', '93.184.216.35'];
    const ask = asking({ resolve: resolving([from], [to]), connectionLifeMs: 60_000 });
    const start = Date.now();
    const now = vi.spyOn(Date, 'now').mockReturnValue(start);
    await ask(NAME);
    now.mockReturnValue(start + 59_000);
    await ask(NAME);
    expect(reached).toEqual([from]);
    now.mockReturnValue(start + 61_000);
    expect(await ask(NAME)).toBe('{}');
    expect(reached).toEqual([from, to]);
  });

  test.each([
    'http://127.0.0.1',
    'http://2130706433',
    'http://[::1]',
    'http://[::ffff:10.0.0.1]',
    'http://169.254.169.254',
  ])('are not made to %s, which nobody looks up', async (url) => {
    expect(await asking({ resolve: resolving(PUBLIC) })(url)).toEqual(refused);
    expect(reached).toEqual([]);
  });

  test('are made to a public literal address, and in development to any', async () => {
    expect(await asking({})('http://93.184.216.34')).toBe('{}');
    expect(await asking({ allowPrivate: true })('http://127.0.0.1')).toBe('{}');
    expect(reached).toEqual(['93.184.216.34', '127.0.0.1']);
  });
});
