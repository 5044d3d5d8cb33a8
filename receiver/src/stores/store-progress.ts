import type { StoreReport } from '@dstnc/shared';
import type { Storage } from '../storage/storage.ts';
import type { Store } from './store.ts';
import { upTo } from './up-to.ts';

/** How far DSTNC has come with a store. Counted, not remembered: nothing that could differ from what is. */
export type StoreProgress = Pick<
  StoreReport,
  | 'upTo'
  | 'products'
  | 'purchasable'
  | 'notPurchasable'
  | 'pending'
  | 'oldestPending'
  | 'import'
  | 'sweep'
  | 'poll'
  | 'lastChange'
>;

/** Counts how far DSTNC has come with a store. */
export async function storeProgress(
  { groups, listings, polls, lastDelivery }: Pick<Storage, 'groups' | 'listings' | 'polls' | 'lastDelivery'>,
  store: Store,
  now: number,
): Promise<StoreProgress> {
  const [backlog, totals, walk, [freshness], poll, delivery] = await Promise.all([
    groups.backlog(store.id),
    listings.totals(store.id),
    importOf(groups, store, now),
    polls.freshness(store.id),
    polls.byStore(store.id),
    store.credentials === null ? lastDelivery(store.id) : null,
  ]);
  const time = (at: number | null | undefined) => (at == null ? null : new Date(at).toISOString());
  const oldest = time(backlog.oldestMarkedAt);
  const known = freshness ?? { oldestMarkedAt: backlog.oldestMarkedAt, heardAt: null, doubtSince: null };
  const { products, purchasable, lastChange } = totals;
  return {
    upTo: new Date(upTo(store, known, delivery)).toISOString(),
    products,
    purchasable,
    notPurchasable: products - purchasable,
    pending: backlog.dirty,
    oldestPending: oldest,
    import: walk,
    sweep: poll?.sweep
      ? {
          startedAt: new Date(poll.sweep.startedAt).toISOString(),
          cause: poll.sweep.cause,
          walked: poll.sweep.walked,
          total: poll.sweep.total,
          differing: poll.sweep.differing,
        }
      : null,
    poll: poll && {
      heardAt: time(poll.heardAt),
      nextAt: new Date(poll.dueAt).toISOString(),
      failure: poll.failure,
      sweptAt: time(poll.lastSweep?.endedAt),
    },
    lastChange: lastChange && { at: new Date(lastChange.at).toISOString(), lateMs: lastChange.lateMs },
  };
}

/**
 * An import is done once each of its groups was tried: one that the shop fails to show, or that DSTNC refuses, is told of by itself and
 * holds up no progress bar.
 */
async function importOf(
  groups: Storage['groups'],
  { id, import: walk }: Store,
  now: number,
): Promise<StoreReport['import']> {
  if (walk === null) return null;
  const { walked, total: told, walkedAt, startedAt, waitingFor } = walk;
  const untried = await groups.untried(id, walkedAt ?? now);
  // Before its end a walk knows only what the shop told; after it, what there was.
  const total = walkedAt === null ? Math.max(told, walked) : walked;
  const done = Math.max(0, Math.min(total, walked - untried));
  if (walkedAt !== null && untried === 0)
    return { state: 'done', total, done: total, secondsLeft: null, waitingFor: null };
  const perMs = done / Math.max(1, now - startedAt);
  const secondsLeft = done === 0 || waitingFor !== null ? null : Math.ceil((total - done) / perMs / 1000);
  return { state: 'running', total, done, secondsLeft, waitingFor };
}
