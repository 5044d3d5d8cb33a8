import { expect, test } from 'vitest';
import { RevLedger } from './rev-ledger.ts';

test('notices a product that yields to an older one', () => {
  const ledger = new RevLedger();
  ledger.acceptProduct('v', '7', 10);
  ledger.acceptItem('v', '7', { externalId: '7:0', rev: 12 });
  ledger.acceptProduct('v', '7', 11);
  expect(ledger.regressions).toBe(1);
  expect(ledger.sequence('v', '7')).toEqual([10, 12]);
});

test("notices an item that yields to an older one, its own or its product's", () => {
  const ledger = new RevLedger();
  ledger.acceptProduct('v', '7', 10);
  ledger.acceptItem('v', '7', { externalId: '7:1', rev: 9 });
  ledger.acceptItem('v', '7', { externalId: '7:1', rev: 12 });
  ledger.acceptItem('v', '7', { externalId: '7:2', rev: 11 });
  expect(ledger.regressions).toBe(1);
  ledger.acceptItem('v', '7', { externalId: '7:1', rev: 11 });
  expect(ledger.regressions).toBe(2);
});

test('remembers the newest 100 revs of a group', () => {
  const ledger = new RevLedger();
  for (let rev = 1; rev <= 150; rev += 1) ledger.acceptProduct('v', '7', rev);
  expect(ledger.sequence('v', '7')).toHaveLength(100);
  expect(ledger.sequence('v', '7').at(-1)).toBe(150);
});
