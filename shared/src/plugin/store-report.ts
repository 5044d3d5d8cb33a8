import { z } from 'zod';

/** Answer of `GET /v1/stores/:id`: how a store is, as operators and its own plugin see it. Nothing secret in it. Times are RFC 3339 in UTC. */
export const storeReport = z.looseObject({
  id: z.string(),
  /** DSTNC's name for the vendor. */
  vendor: z.string(),
  url: z.string(),
  webhookUrl: z.string(),
  access: z.enum(['keys', 'webhooks_only']),
  /** The store's plugin, as it said when it connected; null: there is none. */
  plugin: z
    .looseObject({ version: z.string(), contractVersion: z.int(), woocommerce: z.string(), restUrl: z.string() })
    .nullable(),
  state: z.enum(['healthy', 'importing', 'attention', 'disconnecting']),
  currency: z.string().nullable(),
  settings: z.looseObject({}),
  /** What somebody should look at; empty when all is well. */
  flags: z.array(z.looseObject({ kind: z.string(), since: z.string(), detail: z.string() })),
  createdAt: z.string(),
  /**
   * Everything that happened in the store up to then is on DSTNC: it was asked then, all that it told is accepted, and nothing is known
   * to have been missed.
   */
  upTo: z.string(),
  /** Products that DSTNC has: those that it can sell and those that it can't. */
  products: z.int(),
  purchasable: z.int(),
  notPurchasable: z.int(),
  /** Products that DSTNC is not known to agree on, and since when the oldest of them waits. */
  pending: z.int(),
  oldestPending: z.string().nullable(),
  /** The walk through the whole catalogue that was begun last; null: there was none. */
  import: z
    .looseObject({
      state: z.enum(['running', 'done']),
      total: z.int(),
      done: z.int(),
      /** Null: not known yet, or done. */
      secondsLeft: z.int().nullable(),
      /** Why it doesn't get on, in words for people; null: it does. */
      waitingFor: z.string().nullable(),
    })
    .nullable(),
  /** The comparison of the whole catalogue that is under way; null: none is. */
  sweep: z
    .looseObject({
      startedAt: z.string(),
      cause: z.string(),
      walked: z.int(),
      total: z.int(),
      /** Products that were found to differ so far. */
      differing: z.int(),
    })
    .nullable()
    .default(null),
  /** When the store was asked last what has changed, and will be next; null: it wasn't yet. */
  poll: z
    .looseObject({
      heardAt: z.string().nullable(),
      nextAt: z.string(),
      /** Why the last one failed, in words for people; null: it didn't. */
      failure: z.string().nullable(),
      /** When its whole catalogue was compared last. */
      sweptAt: z.string().nullable(),
    })
    .nullable()
    .default(null),
  /** The change that reached DSTNC last, and how long it took since the store told of it; null: none yet. */
  lastChange: z.looseObject({ at: z.string(), lateMs: z.int() }).nullable(),
});

/** See {@link storeReport}. */
export type StoreReport = z.infer<typeof storeReport>;
