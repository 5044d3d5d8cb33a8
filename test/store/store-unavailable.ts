/** A store can't be started here: its code or a program it needs is missing. The message says what to put where. */
export class StoreUnavailable extends Error {
  readonly type = 'store_unavailable';
  override readonly name = 'StoreUnavailable';
}
