import { expect, test } from 'vitest';
import { CallLog } from './call-log.ts';

const call = (raw: string) => ({
  method: 'PUT',
  path: '/',
  route: 'products' as const,
  status: 200,
  outcome: '200',
  raw: Buffer.from(raw),
  idempotencyKey: null,
});

test('keeps the newest 1 000 calls, and counts all', () => {
  const log = new CallLog({ keepCalls: true });
  for (let n = 0; n < 1_500; n += 1) log.add(call(String(n)));
  expect(log.calls).toHaveLength(1_000);
  expect(log.calls[0]?.body).toBe(500);
  expect(log.counts).toEqual({ products: { 200: 1_500 } });
});

test('keeps the newest 1 000 violations, and not all of their words', () => {
  const log = new CallLog({ keepCalls: true });
  for (let n = 0; n < 1_001; n += 1) {
    log.addViolation({ method: 'PUT', path: String(n), status: 422, detail: 'x'.repeat(9_000) });
  }
  expect(log.violations).toHaveLength(1_000);
  expect(log.violations[0]?.path).toBe('1');
  expect(log.violations[0]?.detail).toHaveLength(2_000);
});

test('shows what is not JSON as text', () => {
  const log = new CallLog({ keepCalls: true });
  log.add(call('{"a":'));
  expect(log.calls[0]?.body).toBe('{"a":');
});

test('wakes who waits for the next call', async () => {
  const log = new CallLog({ keepCalls: false });
  const next = log.next();
  log.add(call('1'));
  await expect(next).resolves.toBeUndefined();
});
