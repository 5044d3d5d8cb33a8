/**
 * The database can't take or give anything now: disk full, locked, gone. Nothing was stored; the same work may be tried again.
 * `cause` is the driver's error.
 */
export class StorageUnavailable extends Error {
  readonly type = 'storage-unavailable';

  constructor(cause: unknown) {
    super(`The database is not available: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.name = 'StorageUnavailable';
  }
}
