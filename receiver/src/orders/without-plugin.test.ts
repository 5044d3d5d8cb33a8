import { expect, test } from 'vitest';
import type { OrderClaim, PlacingProgress } from '../storage/order-rows.ts';
import { withoutPlugin } from './without-plugin.ts';

const without = (progress: PlacingProgress) => withoutPlugin({ progress, createdAt: 5 } as OrderClaim);

test('what the plugin was asked for is looked for since then, and that DSTNC doesn’t want it any more is not forgotten', () => {
  const asked = { via: 'plugin', inDoubt: true, createdAt: 9 } as const;
  const searched = { via: 'api', baseline: 0, since: 5, createdAt: 5, inDoubt: true, halfByPlugin: true };
  expect(without(asked)).toEqual(searched);
  expect(without({ ...asked, unwantedAt: 7 })).toEqual({ ...searched, unwantedAt: 7 });
});

test('what it was never asked for begins from nothing', () => {
  expect(without({ via: 'plugin' })).toEqual({});
});
