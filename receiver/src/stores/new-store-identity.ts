import { randomBytes } from 'node:crypto';
import type { Store } from './store.ts';

/** What names a store from its first day on: its id, and the unguessable part of its webhook address. */
export function newStoreIdentity(): Pick<Store, 'id' | 'webhookKey'> {
  return {
    id: `st_${randomBytes(8).toString('base64url').replaceAll(/[-_]/g, 'x').toLowerCase().slice(0, 10)}`,
    webhookKey: `wh_${randomBytes(24).toString('base64url')}`,
  };
}
