import { expect, test } from 'vitest';
import type { AccessProblem } from '../woocommerce/access-problem.ts';
import type { StoreAccess } from '../woocommerce/store-access.ts';
import { examineLegacy } from './examine-legacy.ts';

const found = (kind: AccessProblem['kind']) => examineLegacy({ ok: false, problem: { kind, message: 'Because.' } });
const wrongOf = (kind: AccessProblem['kind']) => found(kind).find(({ status }) => status === 'problem');

test('finds a shop well whose keys open it', () => {
  const checks = examineLegacy({ ok: true, home: 'https://shop.example', access: {} as StoreAccess });
  expect(checks.map(({ id, status }) => [id, status])).toEqual([
    ['reachable', 'ok'],
    ['rest_api', 'ok'],
    ['key', 'ok'],
    ['permissions', 'ok'],
  ]);
});

test.each<[AccessProblem['kind'], string, RegExp]>([
  ['read_only', 'permissions', /Read\/Write/],
  ['role', 'user', /administrator or shop manager/],
  ['unknown_key', 'key', /make a key/],
  ['legacy_off', 'rest_api', /Advanced > Legacy API.*WooCommerce Legacy REST API/],
])('%s: says what is wrong, where, and what to do', (kind, id, advice) => {
  expect(wrongOf(kind)).toMatchObject({ id, detail: 'Because.', technical: kind });
  expect(wrongOf(kind)?.advice).toMatch(advice);
});
