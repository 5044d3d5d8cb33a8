import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StockFacts } from './stock-facts.ts';
import { type StockOptions, stockRules } from './stock-rules.ts';

interface Vector {
  readonly name: string;
  readonly facts: StockFacts;
  readonly options?: StockOptions;
  readonly expect: Record<string, unknown>;
}

const { vectors } = JSON.parse(readFileSync(new URL('../../vectors/stock-rules.json', import.meta.url), 'utf8')) as {
  vectors: Vector[];
};

describe('stock rules', () => {
  test.each(vectors)('$name', ({ facts, options, expect: wanted }) => {
    expect(stockRules(facts, options)).toMatchObject(wanted);
  });

  test('say what was odd about a quantity that is not one', () => {
    expect(stockRules({ manage_stock: true, stock_status: 'instock', stock_quantity: '1e3' }).notes).toEqual([
      'the quantity "1e3" is not a plain number, so it counts as 0',
    ]);
    expect(stockRules({ manage_stock: true, stock_status: 'instock', stock_quantity: null }).notes).toHaveLength(1);
    expect(stockRules({ manage_stock: true, stock_status: 'instock', stock_quantity: 2.5 }).notes).toEqual([
      'the quantity 2.5 is rounded down to 2',
    ]);
    expect(stockRules({ manage_stock: true, stock_status: 'instock', stock_quantity: 2 }).notes).toEqual([]);
  });

  test('never offer what is not there, whatever the store sends', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), fc.anything(), (manage_stock, stock_status, stock_quantity) => {
        const { rule, tracked, quantity, purchasable } = stockRules({ manage_stock, stock_status, stock_quantity });
        expect(tracked).toBe(rule !== 1);
        expect(quantity === null).toBe(rule === 1);
        expect(quantity === null || (Number.isSafeInteger(quantity) && quantity >= 0)).toBe(true);
        expect(purchasable).toBe(rule === 1 || (rule === 3 && quantity !== null && quantity > 0));
      }),
    );
  });
});
