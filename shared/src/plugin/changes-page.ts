import { z } from 'zod';
import { doorbellChange } from '../webhooks/webhook-event.ts';

/** Answer of the plugin's `wc-dstnc/v1/changes`: what changed since a cursor, oldest first. */
export const changesPage = z.looseObject({
  changes: z.array(doorbellChange),
  /** Opaque; the `after` of the next call. */
  next: z.string(),
  /** More changes wait behind `next`. */
  more: z.boolean().default(false),
  /** The cursor was not issued by this database (a restored backup): the catalogue is to be walked. */
  reset: z.boolean().default(false),
});

/** See {@link changesPage}. */
export type ChangesPage = z.infer<typeof changesPage>;
