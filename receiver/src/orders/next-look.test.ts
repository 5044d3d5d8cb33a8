import { describe, expect, test } from 'vitest';
import { nextLook } from './next-look.ts';

const T = 1_790_000_000_000;
const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

describe('an order that is over', () => {
  const over = (status: string, acceptedAt: number | null = T) => ({
    status,
    shipments: [],
    change: { draft: { reference: 'PO-1', status: 'cancelled' as const, refunds: [] }, acceptedRev: 1, acceptedAt },
    placedAt: T - 30 * DAY,
    completedAt: null,
  });

  test.each(['cancelled', 'failed', 'trash', 'refunded'])('is watched for two days more: %s', (status) => {
    expect(nextLook(over(status), T)).toBe(T + 10 * MINUTE);
    expect(nextLook(over(status), T + DAY)).toBe(T + DAY + 6 * HOUR);
    expect(nextLook(over(status), T + 2 * DAY)).not.toBeNull();
    expect(nextLook(over(status), T + 2 * DAY + 1)).toBeNull();
  });

  test('is not where DSTNC has not taken it, nothing was told, or its store is left', () => {
    expect(nextLook(over('cancelled', null), T)).toBeNull();
    expect(nextLook({ ...over('trash'), change: null }, T)).toBeNull();
    expect(nextLook(over('cancelled'), T, true)).toBeNull();
  });
});
