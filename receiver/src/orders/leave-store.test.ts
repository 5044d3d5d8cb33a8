import { describe, expect, test } from 'vitest';
import { aStore } from '../../../test/behaviour/a-store.ts';
import type { OrderClaim } from '../storage/order-rows.ts';
import { leaveStore } from './leave-store.ts';

const T = 1_790_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const leaving = aStore({ disconnectedAt: T });
const dead = aStore({ disconnectedAt: T, flags: { credentials_invalid: { since: T, detail: 'refused' } } });
const claim = (phase: OrderClaim['phase'], progress: OrderClaim['progress'] = {}) => ({
  phase,
  progress,
  status: 'processing',
  shipments: [],
  change: null,
  placedAt: T,
  completedAt: null,
});
const asked = claim('placing', { via: 'plugin', inDoubt: true });

describe('an order of a store that is disconnecting', () => {
  test('is nobody else’s matter while the store is connected', () => {
    expect(leaveStore(aStore(), claim('placing'), T)).toBeNull();
  });

  test.each([
    ['at all', {}],
    ['but for its newest order', { via: 'api', baseline: 7 }],
  ] as const)('that the store was not asked for %s is refused', (_what, progress) => {
    expect(leaveStore(leaving, claim('placing', progress), T)).toMatchObject({
      dueAt: null,
      facts: { phase: 'refused', lastError: 'Nothing can be ordered from it any more.' },
    });
  });

  test('that may be in the store, or is, is gone on with for two weeks', () => {
    for (const one of [asked, claim('placing', { createdAt: T }), claim('placed'), claim('refused')]) {
      expect(leaveStore(leaving, one, T + 14 * DAY)).toBeNull();
      expect(leaveStore(leaving, one, T + 14 * DAY + 1)).toMatchObject({ dueAt: null });
    }
  });

  test('is given up sooner where the keys are dead, or gone', () => {
    expect(leaveStore(dead, claim('placed'), T + DAY)).toBeNull();
    expect(leaveStore(dead, claim('placed'), T + DAY + 1)).toMatchObject({ dueAt: null });
    expect(leaveStore({ ...leaving, credentials: null }, claim('placed'), T)).toMatchObject({ dueAt: null });
  });

  test('says so where it is not known what became of it', () => {
    expect(leaveStore(dead, asked, T + 2 * DAY)?.facts?.lastError).toContain('send the same order again');
    expect(leaveStore(dead, claim('placed'), T + 2 * DAY)?.facts).toBeUndefined();
  });

  test('is done without a look at the shop where DSTNC knows all that there is', () => {
    const draft = { trackingNumber: 'RM123', lines: null } as OrderClaim['shipments'][number]['draft'];
    const parcel = { key: '1', draft, acceptedRev: 7, acceptedAt: T };
    const shipped = { ...claim('placed'), status: 'completed', completedAt: T, shipments: [parcel] };
    expect(leaveStore(leaving, shipped, T + HOUR)).toEqual({ dueAt: null });
    expect(leaveStore(leaving, { ...claim('placed'), status: 'cancelled' }, T)).toEqual({ dueAt: null });
    for (const open of [
      { ...shipped, shipments: [{ ...parcel, acceptedRev: null }] },
      { ...shipped, shipments: [] },
      { ...shipped, progress: { looks: [T + DAY] } },
    ])
      expect(leaveStore(leaving, open, T + HOUR)).toBeNull();
  });
});
