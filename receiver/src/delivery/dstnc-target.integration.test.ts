import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Inventory, Product } from '@dstnc/shared';
import { type Sandbox, startSandbox } from '@dstnc/test/sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDstncTarget } from './dstnc-target.ts';
import type { Target } from './target.ts';

let sandbox: Sandbox;
let target: Target;

beforeEach(async () => {
  sandbox = await startSandbox({ token: 'token' });
  target = createDstncTarget({ url: sandbox.url, token: 'token' });
});
afterEach(async () => {
  await sandbox.stop();
  await target.close();
});

const stock = (externalId: string, rev: number): Inventory => ({
  externalId,
  rev,
  tracked: true,
  quantity: 4,
  purchasable: true,
  rule: 3,
  readAt: '2026-01-01T00:00:00.000Z',
});

function product(rev: number, over: Partial<Product> = {}): Product {
  return {
    groupId: '7',
    rev,
    state: 'active',
    title: 'Lamp',
    descriptionHtml: '',
    url: '',
    locale: null,
    categories: [],
    images: [],
    options: [],
    variants: [
      {
        externalId: '7:0',
        options: {},
        price: { regular: '5', effective: '5', currency: null, taxIncluded: null },
        images: [],
        inventory: stock('7:0', rev),
      },
    ],
    ...over,
  };
}

describe('DSTNC over HTTP', () => {
  test('takes products and inventories', async () => {
    expect(await target.putProduct('lamps & more', product(1))).toEqual({ kind: 'accepted' });
    expect(await target.postInventory('lamps & more', [stock('7:0', 2), stock('8:0', 2)])).toMatchObject({
      kind: 'answered',
      results: [
        { externalId: '7:0', status: 'accepted' },
        { externalId: '8:0', status: 'unknown' },
      ],
    });
    expect(sandbox.state.product('lamps & more', '7')?.title).toBe('Lamp');
    expect(sandbox.state.item('lamps & more', '7:0')?.rev).toBe(2);
    expect(sandbox.calls.violations).toEqual([]);
  });

  test('the same call has the same idempotency key, another call has another', async () => {
    sandbox.faults.add({ status: 503 });
    await target.putProduct('lamps', product(1));
    await target.putProduct('lamps', product(1));
    await target.putProduct('lamps', product(2));
    const [first, second, third] = sandbox.calls.calls.map(({ idempotencyKey }) => idempotencyKey);
    expect(first).toBe(second);
    expect(third).not.toBe(first);
  });

  test('an older rev is stale, and DSTNC says which it holds', async () => {
    await target.putProduct('lamps', product(9));
    expect(await target.putProduct('lamps', product(8))).toEqual({ kind: 'stale', heldRev: 9 });
  });

  test('what breaks the contract is rejected with the reason', async () => {
    const outcome = await target.putProduct('lamps', product(1, { title: 5 as never }));
    expect(outcome).toMatchObject({ kind: 'rejected', status: 422 });
    expect(outcome.kind === 'rejected' && outcome.reason).toContain('title');
  });

  test.each([400, 404, 410, 422])('%i is about this one product', async (status) => {
    sandbox.faults.add({ status, body: { type: 'x', title: 'No', status, detail: 'the picture is missing' } });
    const wanted = { kind: 'rejected', status, reason: 'the picture is missing' };
    expect(await target.putProduct('lamps', product(1))).toEqual(wanted);
  });

  test('a refusal without a word is told by its status', async () => {
    sandbox.faults.add({ status: 418, body: '<html>' });
    expect(await target.postInventory('lamps', [stock('7:0', 1)])).toEqual({
      kind: 'rejected',
      status: 418,
      reason: 'DSTNC answered 418',
    });
  });

  test('429 is obeyed: seconds, a date, and at most an hour', async () => {
    const after = async (retryAfter: number | string) => {
      sandbox.faults.add({ status: 429, retryAfter });
      const outcome = await target.putProduct('lamps', product(1));
      expect(outcome).toMatchObject({ kind: 'retry', outage: true, reason: 'DSTNC answered 429' });
      return outcome.kind === 'retry' ? outcome.retryAfterMs : undefined;
    };
    expect(await after(7)).toBe(7_000);
    const ms = (await after(new Date(Date.now() + 600_000).toUTCString())) ?? 0;
    expect(ms).toBeGreaterThan(500_000);
    expect(ms).toBeLessThanOrEqual(600_000);
    expect(await after(999_999)).toBe(3_600_000);
    expect(await after('soon')).toBeUndefined();
  });

  test.each([500, 502, 503, 408, 429])('%i is an outage: the same is sent again later', async (status) => {
    sandbox.faults.add({ status });
    expect(await target.putProduct('lamps', product(1))).toMatchObject({ kind: 'retry', outage: true });
    expect(await target.putProduct('lamps', product(1))).toEqual({ kind: 'accepted' });
  });

  test.each([409, 425])('%i without a rev is about this call alone, and passes', async (status) => {
    sandbox.faults.add({ status, body: { type: 'x', title: 'In progress', status } });
    expect(await target.putProduct('lamps', product(1))).toMatchObject({ kind: 'retry', outage: false });
  });

  test('a token that DSTNC refuses is an outage and gives nothing up', async () => {
    const stranger = createDstncTarget({ url: sandbox.url, token: 'wrong' });
    const outcome = await stranger.putProduct('lamps', product(1));
    await stranger.close();
    expect(outcome).toMatchObject({ kind: 'retry', outage: true });
    expect(outcome.kind === 'retry' && outcome.reason).toContain('DSTNC_API_TOKEN');
    sandbox.faults.add({ status: 403 });
    expect(await target.postInventory('lamps', [stock('7:0', 1)])).toMatchObject({ kind: 'retry', outage: true });
  });

  test('an answer that never comes is given up', async () => {
    sandbox.faults.add({ hang: true });
    const impatient = createDstncTarget({ url: sandbox.url, token: 'token', timeoutMs: 50 });
    const outcome = await impatient.putProduct('lamps', product(1));
    await impatient.close();
    expect(outcome).toEqual({ kind: 'retry', outage: true, reason: "DSTNC didn't answer within 0.05 s" });
  });

  test.each([{ cut: true as const }, { cut: true as const, applied: true as const }])(
    'a connection that breaks (%o): not known what became of it',
    async (fault) => {
      sandbox.faults.add(fault);
      expect(await target.putProduct('lamps', product(1))).toMatchObject({ kind: 'retry', outage: true });
      // The same once more settles it, whether or not it had arrived.
      expect(await target.putProduct('lamps', product(1))).toEqual({ kind: 'accepted' });
    },
  );

  test('nobody there', async () => {
    await sandbox.stop();
    const outcome = await target.putProduct('lamps', product(1));
    expect(outcome).toMatchObject({ kind: 'retry', outage: true });
    expect(outcome.kind === 'retry' && outcome.reason).toMatch(/^DSTNC can't be reached \(/);
  });

  const unknown = [{ externalId: '7:0', status: 'unknown' }];
  test.each([
    ['', []],
    ['{}', []],
    ['{"results":null}', []],
    ['{"results":[]}', []],
    ['{"results":[{"externalId":"7:0","status":"unknown","reason":null}]}', [{ ...unknown[0], reason: null }]],
    // What is no result is no acceptance either: the whole product will settle it.
    ['{"results":[{"externalId":"7:0","status":"maybe"}]}', unknown],
    ['{"results":[{"externalId":1}]}', unknown],
    ['OK', unknown],
    ['[]', unknown],
    ['x'.repeat(2_000_000), unknown],
  ])(
    '2xx is acceptance of a product whatever it says, and of items unless it says something else (%#)',
    async (body, results) => {
      const other = await answering(202, body);
      expect(await other.target.putProduct('lamps', product(1))).toEqual({ kind: 'accepted' });
      expect(await other.target.postInventory('lamps', [stock('7:0', 1)])).toEqual({ kind: 'answered', results });
      await other.stop();
    },
  );

  test('a redirect is an operator’s mistake, not a word about the product', async () => {
    const other = await answering(301, '');
    expect(await other.target.putProduct('lamps', product(1))).toEqual({
      kind: 'retry',
      status: 301,
      outage: true,
      reason: 'DSTNC redirects (301): check DSTNC_API_URL',
    });
    await other.stop();
  });

  test('a held rev that nobody could count on from is waited out', async () => {
    const other = await answering(409, JSON.stringify({ type: 'x', title: 'x', status: 409, heldRev: 2 ** 53 - 1 }));
    expect(await other.target.putProduct('lamps', product(1))).toMatchObject({ kind: 'retry', outage: false });
    await other.stop();
  });
});

/** A DSTNC that always says the same. */
async function answering(status: number, body: string) {
  const server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
  const target = createDstncTarget({ url, token: 'x' });
  return {
    target,
    async stop() {
      server.closeAllConnections();
      server.close();
      await target.close();
    },
  };
}
