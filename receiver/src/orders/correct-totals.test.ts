import { readDecimal } from '@dstnc/shared';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correctTotals } from './correct-totals.ts';

/** Rounds half away from zero, as WooCommerce does, to cents. */
const cents = (value: number) => Math.round(Number(`${value.toFixed(8)}e2`)) / 100;

/** How a shop taxes a net amount. */
interface Shop {
  /** In hundredths; a second one comes on top of the first, if it is compound. */
  readonly rates: readonly number[];
  readonly compound: boolean;
  /** Rounds taxes in the end, rather than line by line. */
  readonly atSubtotal: boolean;
}

/** What WooCommerce makes of an order: WC_Abstract_Order::calculate_totals() of 11.0.1, in short. */
function recalculated(nets: readonly number[], { rates, compound, atSubtotal }: Shop) {
  const taxes = nets.map((net) => {
    const all: number[] = [];
    for (const rate of rates) {
      const base = compound && all.length > 0 ? all.reduce((a, b) => a + b, net) : net;
      all.push((base * rate) / 100);
    }
    return all;
  });
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const net = atSubtotal ? sum(nets) : sum(nets.map(cents));
  const tax = rates.map((_, index) => {
    const parts = taxes.map((of) => of[index] ?? 0);
    return cents(sum(atSubtotal ? parts : parts.map(cents)));
  });
  return { total: cents(net + sum(tax)), taxes: taxes.map(sum) };
}

const shops = fc.record({
  rates: fc.constantFrom([], [7], [19], [25.5], [5, 9.975]),
  compound: fc.boolean(),
  atSubtotal: fc.boolean(),
});
const lines = fc.array(
  fc.record({ net: fc.integer({ min: 1, max: 500_000 }), taxPercent: fc.constantFrom(0, 7, 19, 25.5) }),
  {
    minLength: 1,
    maxLength: 5,
  },
);

function play(shop: Shop, asked: readonly { net: number; taxPercent: number }[]) {
  const order = {
    lines: asked.map(({ net, taxPercent }) => ({
      externalId: '7:0',
      quantity: 1,
      total: (net / 100).toFixed(2),
      totalTax: cents((net * taxPercent) / 10_000).toFixed(2),
    })),
    shippingLines: [],
  };
  const gross = order.lines.reduce((all, { total, totalTax }) => cents(all + Number(total) + Number(totalTax)), 0);
  const nets = order.lines.map(({ total }) => Number(total));
  const first = recalculated(nets, shop);
  const stored = {
    lines: nets.map((net, index) => ({
      lineId: index,
      productId: 7,
      total: net.toFixed(8),
      tax: (first.taxes[index] ?? 0).toFixed(8),
    })),
    shipping: [],
  };
  const corrected = correctTotals(order, stored);
  const second = recalculated(
    (corrected?.items ?? []).map(({ total }) => Number(total)),
    shop,
  );
  return { order, gross, first: first.total, second: second.total, corrected };
}

describe('corrected net totals', () => {
  test('come to the gross total, to the cent, at one rate or none, however it is rounded', () => {
    fc.assert(
      fc.property(
        shops.filter(({ rates }) => rates.length < 2),
        lines,
        (shop, asked) => {
          const { gross, second } = play(shop, asked);
          expect(second).toBe(gross);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('come within a cent a line of it at several rates: what is left is refused, never placed', () => {
    fc.assert(
      fc.property(shops, lines, (shop, asked) => {
        const { gross, second } = play(shop, asked);
        expect(Math.abs(second - gross)).toBeLessThanOrEqual(
          0.01 * asked.length * Math.max(1, shop.rates.length - 1) + 0.0001,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  test('are the gross amounts where the store has no rate', () => {
    const { corrected } = play({ rates: [], compound: false, atSubtotal: false }, [{ net: 3_361, taxPercent: 19 }]);
    expect(corrected?.items.map(({ total }) => readDecimal(total))).toEqual([readDecimal('40.00')]);
  });

  test('are not made for an order with other lines', () => {
    const order = { lines: [], shippingLines: [] };
    expect(
      correctTotals(order, { lines: [{ lineId: 1, productId: 1, total: '1', tax: '0' }], shipping: [] }),
    ).toBeNull();
  });
});
