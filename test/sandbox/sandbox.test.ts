import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from './sandbox.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});

afterEach(() => sandbox.stop());

const change = { reference: 'D-1', rev: 1, status: 'cancelled', refunds: [] };

const put = (init: RequestInit = {}) =>
  fetch(`${sandbox.url}/v1/vendors/lamps/orders/D-1`, {
    method: 'PUT',
    headers: { authorization: 'Bearer any', 'idempotency-key': 'k', 'content-type': 'application/json' },
    body: JSON.stringify(change),
    ...init,
  });

/** Resolves once the one fault that was asked for has met its call. */
const delayed = () =>
  new Promise<void>((resolve) => {
    const look = () => (sandbox.faults.pending.length === 0 ? resolve() : setImmediate(look));
    look();
  });

test('listens where it says', async () => {
  expect(sandbox.url).toBe(`http://127.0.0.1:${sandbox.port}`);
  expect((await put()).status).toBe(200);
  expect(sandbox.state.order('lamps', 'D-1')).toEqual(change);
});

test('fails to start on a port that is taken', async () => {
  await expect(startSandbox({ port: sandbox.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('hangs until the caller gives up', async () => {
  sandbox.faults.add({ hang: true });
  const caller = new AbortController();
  const answer = put({ signal: caller.signal });
  const call = await sandbox.until(() => sandbox.calls.calls[0]);
  caller.abort();
  await expect(answer).rejects.toThrow('aborted');
  expect(call).toMatchObject({ status: null, outcome: 'hang', body: change });
  expect(sandbox.state.orders('lamps')).toEqual([]);
});

test('ends while calls hang', async () => {
  sandbox.faults.add({ hang: true, applied: true });
  const answer = put();
  const failed = expect(answer).rejects.toThrow();
  await sandbox.until(() => sandbox.calls.counts.orders?.hang);
  await sandbox.stop();
  await failed;
  expect(sandbox.state.orders('lamps')).toEqual([change]);
});

test('breaks the connection, before the effect', async () => {
  sandbox.faults.add({ cut: true });
  await expect(put()).rejects.toThrow('fetch failed');
  expect(sandbox.calls.counts).toEqual({ orders: { cut: 1 } });
  expect(sandbox.state.orders('lamps')).toEqual([]);
  expect((await put()).status).toBe(200);
});

test.each([{ applied: true } as const, { applied: true, cut: true } as const])(
  'loses the answer after the effect: %j',
  async (order) => {
    sandbox.faults.add(order);
    await expect(put()).rejects.toThrow('fetch failed');
    expect(sandbox.state.orders('lamps')).toEqual([change]);
  },
);

test('a delayed call takes effect although its caller gave up', async () => {
  sandbox.faults.add({ delayMs: 30 });
  const caller = new AbortController();
  const answer = put({ signal: caller.signal });
  await delayed();
  caller.abort();
  await Promise.allSettled([answer, sandbox.until(() => sandbox.state.order('lamps', 'D-1'))]);
  expect(sandbox.state.orders('lamps')).toEqual([change]);
});

test('breaks off delayed calls when it ends', async () => {
  sandbox.faults.add({ delayMs: 600_000 });
  const failed = expect(put()).rejects.toThrow('fetch failed');
  await delayed();
  await sandbox.stop();
  await failed;
  expect(sandbox.state.orders('lamps')).toEqual([]);
});

test('waiting for what does not happen ends with what did', async () => {
  await put();
  await expect(sandbox.until(() => false, 1)).rejects.toThrow('{"orders":{"200":1}}');
});
