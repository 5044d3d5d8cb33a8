import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { poll } from '../rig/poll.ts';
import { serviceAvailability } from '../services/service-availability.ts';
import { programs } from '../store/programs.ts';
import { type RunningProxy, startProxy } from './start-proxy.ts';

const available = serviceAvailability(programs.nginx);
const [FIRST, SECOND] = ['127.0.0.1', '127.0.0.2'];

/** What reached a receiver. */
interface Arrived {
  readonly at: string;
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly digest: string;
}

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

describe.skipIf(!available.available)(
  `the proxy${available.available ? '' : `: skipped, as ${available.reason}`}`,
  () => {
    let proxy: RunningProxy;
    let arrived: Arrived[];
    let stops: (() => Promise<void>)[];

    /** A receiver at an address; `misbehave` answers instead of a plain 200, once the request is read. */
    async function startReceiver(at: string, misbehave?: (response: ServerResponse) => void): Promise<void> {
      const server = createServer((incoming, response) => {
        const hash = createHash('sha256');
        incoming.on('data', (chunk: Buffer) => hash.update(chunk));
        incoming.on('end', () => {
          const { method, url, headers } = incoming;
          arrived.push({ at, method, url, headers, digest: hash.digest('hex') });
          misbehave === undefined ? response.end(at) : misbehave(response);
        });
      });
      await new Promise<void>((resolve) => server.listen(proxy.receiverPort, at, resolve));
      stops.push(
        () =>
          new Promise<void>((resolve) => {
            server.close(() => resolve());
            server.closeAllConnections();
          }),
      );
    }

    const cutOff = (response: ServerResponse) => void response.destroy();
    const post = (path: string, body = 'body') => fetch(`${proxy.url}${path}`, { method: 'POST', body });
    /** So many that both receivers are the first choice of some of them. */
    const many = (path: string) => Promise.all(Array.from({ length: 20 }, async () => (await post(path)).status));

    beforeEach(async () => {
      proxy = await startProxy([FIRST, SECOND]);
      arrived = [];
      stops = [];
    });

    afterEach(async () => {
      await Promise.all(stops.map((stop) => stop()));
      await proxy.stop();
    });

    test('16 MiB arrive byte for byte, with the address, the host and where they came from', async () => {
      await startReceiver(FIRST);
      const body = randomBytes(16 * 1024 * 1024);
      const path = '/v1/webhooks/wk_%2Fa%20b?x=%C3%A4&y=1+2';
      // Node's fetch takes no Host; WooCommerce sends its deliveries over HTTP/1.0, where nothing comes in chunks.
      const status = await new Promise((resolve, reject) => {
        const headers = {
          host: 'receiver.example:8443',
          'x-forwarded-proto': 'https',
          'x-forwarded-for': '203.0.113.9',
          'x-wc-webhook-signature': 'c2lnbmVk',
          'content-length': body.length,
        };
        const sent = request(`${proxy.url}${path}`, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        sent.on('error', reject).end(body);
      });
      expect(status).toBe(200);
      const [delivery] = arrived;
      expect(delivery?.digest).toBe(sha256(body));
      expect(delivery?.url).toBe(path);
      expect(delivery?.headers).toMatchObject({
        host: 'receiver.example:8443',
        'x-forwarded-proto': 'https',
        'x-forwarded-for': '203.0.113.9, 127.0.0.1',
        'x-wc-webhook-signature': 'c2lnbmVk',
      });
    });

    test('without a server before it, the proxy says how it was called itself', async () => {
      await startReceiver(FIRST);
      await post('/v1/connections');
      expect(arrived[0]?.headers['x-forwarded-proto']).toBe('http');
    });

    test('both receivers get work', async () => {
      await startReceiver(FIRST);
      await startReceiver(SECOND);
      await poll(async () => (await many('/v1/webhooks/wk_1')) && new Set(arrived.map(({ at }) => at)).size === 2, {
        timeoutMs: 20_000,
        what: 'both receivers to be called',
      });
    });

    test.each([
      ['is gone', undefined],
      ['dies with it', cutOff],
      ['has lost its storage', (response: ServerResponse) => void response.writeHead(503).end()],
    ])('a delivery whose receiver %s goes to the other', async (_what, misbehave) => {
      await startReceiver(FIRST);
      if (misbehave !== undefined) await startReceiver(SECOND, misbehave);
      expect(new Set(await many('/v1/webhooks/wk_1'))).toEqual(new Set([200]));
    });

    test('where both have lost their storage, WooCommerce is told so', async () => {
      for (const at of [FIRST, SECOND]) await startReceiver(at, (response) => void response.writeHead(503).end());
      expect((await post('/v1/webhooks/wk_1')).status).toBe(503);
    });

    test('anything else that a receiver got and may have done is not done twice', async () => {
      for (const at of [FIRST, SECOND]) await startReceiver(at, cutOff);
      expect((await post('/v1/connections')).status).toBe(502);
      expect(arrived).toHaveLength(1);
    });

    test('but goes to the other where the first was not there to get it', async () => {
      await startReceiver(FIRST);
      expect(new Set(await many('/v1/connections'))).toEqual(new Set([200]));
    });

    test('a receiver that comes back at another address is found', async () => {
      proxy.names.addresses = [SECOND];
      await startReceiver(SECOND);
      await poll(async () => (await post('/v1/webhooks/wk_1')).ok, { timeoutMs: 20_000, what: 'the first address' });
      await stops.pop()?.();
      await startReceiver(FIRST);
      proxy.names.addresses = [FIRST];
      await poll(async () => (await post('/v1/webhooks/wk_1')).ok, { timeoutMs: 20_000, what: 'the new address' });
    });

    test('its log has neither the addresses of webhooks nor what stands in queries', async () => {
      await startReceiver(FIRST);
      // Also where something fails: the second receiver is not there.
      await many('/v1/webhooks/wk_unguessable');
      await fetch(`${proxy.url}/readyz?invite=unguessable`);
      await poll(async () => / GET \/readyz 200 /.test(proxy.log()), { timeoutMs: 10_000, what: 'the log' });
      expect(proxy.log()).toContain(' POST /v1/webhooks/- 200 ');
      expect(proxy.log()).not.toContain('unguessable');
    });
  },
);
