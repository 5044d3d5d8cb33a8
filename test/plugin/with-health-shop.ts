import { afterAll, beforeAll, expect } from 'vitest';
import type { StoreOptions } from '../store/store-options.ts';
import { WpAdminSession } from '../store/wp-admin-session.ts';
import { HealthShop } from './health-shop.ts';

/**
 * Starts a shop before the tests of a `describe`, and stops it after them, when PHP must have had nothing to say of the plugin.
 * @param ready takes the shop, and the administrator's session in wp-admin
 */
export function withHealthShop(
  options: StoreOptions,
  ready: (shop: HealthShop, admin: WpAdminSession) => unknown,
): void {
  let shop: HealthShop | undefined;
  beforeAll(async () => {
    shop = await HealthShop.start(options);
    await ready(shop, await WpAdminSession.logIn(shop.store));
  });
  afterAll(async () => {
    const complaints = await shop?.complaints();
    await shop?.stop();
    expect(complaints).toEqual([]);
  });
}
