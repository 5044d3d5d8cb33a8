import type { Storage } from '../storage/storage.ts';

/** Tells up to when a store's word is marked, milliseconds since 1970; null: it was never asked. */
export function heardAtOf({ polls }: Pick<Storage, 'polls'>): (storeId: string) => Promise<number | null> {
  return async (storeId) => (await polls.byStore(storeId))?.heardAt ?? null;
}
