import type { GroupKey } from '../storage/storage.ts';

/**
 * Tells workers that there is something to do. Only a hint: what is to be done stands in the storage, and a wake-up that is lost
 * costs time, never data. One behaviour suite (test/behaviour/wakeup.ts) holds every engine to this.
 */
export interface Wakeup {
  /** Groups have become dirty. Call it after the marks are committed. Never rejects. */
  announce(keys: readonly GroupKey[]): Promise<void>;
  /**
   * Calls `onWork` soon after each announcement; announcements close together may share a call. Where several processes listen, one of
   * them is called: one whose calls before have not resolved yet may be passed over.
   */
  listen(onWork: () => void | Promise<void>): void;
  close(): Promise<void>;
}
