import type { StoreFailure } from './store-failure.ts';

const ABOUT_THE_SHOP = new Set<StoreFailure['kind']>([
  'unreachable',
  'forbidden_address',
  'redirect',
  'unauthorized',
  'throttled',
]);

/** Whether a failure says nothing about the product that was asked for: any other would have failed, too. */
export function isAboutTheShop({ kind }: StoreFailure): boolean {
  return ABOUT_THE_SHOP.has(kind);
}
