import type { StoreSettings } from './store.ts';

/** A store's settings until an operator changes them. */
export const DEFAULT_SETTINGS: StoreSettings = {
  language: null,
  pollSeconds: null,
  backorders: 'deny',
  staleAfter: 24 * 60 * 60,
  onStale: 'keep',
};
