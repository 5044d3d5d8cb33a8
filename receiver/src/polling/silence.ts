import type { Store, StoreWithheld } from '../stores/store.ts';

/** What follows from how long nothing was heard of a store. */
export interface Silence {
  /** What its flag `stale` is to say; null: it is down. */
  readonly flag: string | null;
  /** Why its listings are to be hidden; null: they are shown. */
  readonly withheld: StoreWithheld['because'] | null;
}

/** What is known of when a store was heard of, milliseconds since 1970; null: never. */
export interface HeardOf {
  /** When the last poll that succeeded began. */
  readonly heardAt: number | null;
  readonly lastDelivery: number | null;
  /** Why the last poll failed, in words for people; null: it didn't. */
  readonly failure: string | null;
  readonly now: number;
}

/**
 * A store that is silent for longer than its `staleAfter` is told of; with `onStale: withdraw` its listings are hidden until it is back. A
 * key that has been dead for as long hides them whatever `onStale` says: nobody may sell what can't be looked at or ordered.
 */
export function silenceOf(store: Pick<Store, 'settings' | 'flags' | 'createdAt'>, heard: HeardOf): Silence {
  const { staleAfter, onStale } = store.settings;
  const longest = staleAfter * 1000;
  const dead = store.flags.credentials_invalid;
  // With a dead key its webhooks may go on: they say that something changed, and nobody can look what.
  const delivery = dead === undefined ? heard.lastDelivery : null;
  const last = Math.max(heard.heardAt ?? 0, delivery ?? 0, store.createdAt);
  const silent = heard.now - last > longest;
  const keyDead = dead !== undefined && heard.now - dead.since > longest;
  const because = keyDead ? 'key' : silent && onStale === 'withdraw' ? 'silent' : null;
  if (!silent && !keyDead) return { flag: null, withheld: null };
  const since = new Date(keyDead ? Math.min(last, dead.since) : last).toISOString();
  const why = heard.failure === null ? '' : ` ${heard.failure}`;
  const then = because === null ? 'Its listings stay as they were then.' : 'Its listings are hidden until it is back.';
  return { flag: `Nothing was heard of this store since ${since}.${why} ${then}`, withheld: because };
}
