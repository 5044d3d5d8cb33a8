import type { Store, StoreImport } from './store.ts';

/** A walk from the catalogue's beginning, in place of whatever walk there was. @param now milliseconds since 1970 */
export function beginImport(store: Pick<Store, 'import'> | null, cause: string, now: number): StoreImport {
  const before = store?.import ?? null;
  return {
    cause,
    // Names the walk, so no two may share it.
    startedAt: Math.max(now, (before?.startedAt ?? 0) + 1),
    cursor: 0,
    walked: 0,
    total: before?.total ?? 0,
    walkedAt: null,
    waitingFor: null,
  };
}
