import type { OrderClaim, PlacingProgress } from '../storage/order-rows.ts';
import { isUntouched } from './is-untouched.ts';

/**
 * How an order that the store's plugin was asked for is gone on with, now that the store was connected without it: what the plugin has made
 * carries the reference where wc/v3 shows it, and may have any id.
 */
export function withoutPlugin({ progress, createdAt }: OrderClaim): PlacingProgress {
  if (isUntouched(progress)) return {};
  const { unwantedAt } = progress;
  const wish = unwantedAt === undefined ? {} : { unwantedAt };
  return { via: 'api', baseline: 0, since: createdAt, inDoubt: true, createdAt, halfByPlugin: true, ...wish };
}
