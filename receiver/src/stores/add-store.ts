import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readShopAddress } from '../connections/read-shop-address.ts';
import type { Storage } from '../storage/storage.ts';
import { DEFAULT_SETTINGS } from './default-settings.ts';
import { newStoreIdentity } from './new-store-identity.ts';
import type { Store } from './store.ts';

/** Secrets are pasted by people: spaces around them are theirs. */
const pasted = z.string().trim().min(1);

/** A shop's address as people type it: see read-shop-address.ts. */
export const shopAddress = z
  .string()
  .transform((text, context) => {
    const read = readShopAddress(text);
    if (read.ok) return read.url;
    context.issues.push({ code: 'custom', input: '(not shown)', message: read.reason });
    return z.NEVER;
  })
  .meta({ description: 'Such as https://shop.example; with a path where WordPress is in a subfolder' });

/** DSTNC's name for a vendor. */
export const vendorName = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, dots, dashes or underscores');

/** Body of `POST /v1/stores`. Without keys nothing is ever called, with them the shop is connected: see connect-by-keys.ts. */
export const newStore = z.strictObject({
  url: shopAddress,
  vendor: vendorName,
  webhookSecret: pasted.optional(),
  // Judged by read-keys.ts, which says what is wrong with them.
  consumerKey: z.string().optional(),
  consumerSecret: z.string().optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'must be three capital letters, such as EUR')
    .optional(),
});

/** See {@link newStore}. */
export type NewStore = z.infer<typeof newStore>;

/** What came of adding a store. */
export type AddStoreResult =
  | {
      readonly kind: 'added';
      readonly store: Store;
      /** Present if it was made here: it is told this once. */
      readonly madeSecret?: string;
    }
  | { readonly kind: 'taken'; readonly reason: string };

/**
 * Adds a store without keys: it is known by its webhooks alone. Nothing is called; its address is only the name that its deliveries'
 * Source is compared with.
 */
export async function addStore(
  { storage, clock }: { storage: Pick<Storage, 'stores'>; clock: () => number },
  { url, vendor, webhookSecret, currency }: Omit<NewStore, 'consumerKey' | 'consumerSecret'>,
): Promise<AddStoreResult> {
  const madeSecret = webhookSecret === undefined ? randomBytes(32).toString('hex') : undefined;
  const store: Store = {
    ...newStoreIdentity(),
    vendor,
    url,
    webhookSecrets: [webhookSecret ?? madeSecret ?? ''],
    webhookSecretsUntil: null,
    credentials: null,
    plugin: null,
    tokenHash: null,
    access: null,
    withheld: null,
    previous: null,
    import: null,
    settings: DEFAULT_SETTINGS,
    currency: currency ?? null,
    taxIncluded: null,
    flags: {},
    createdAt: clock(),
    disconnectedAt: null,
  };
  if (!(await storage.stores.add(store))) {
    return { kind: 'taken', reason: vendorTaken(vendor) };
  }
  return { kind: 'added', store, ...(madeSecret !== undefined && { madeSecret }) };
}

/** Why a vendor's second store is refused, for operators. */
export function vendorTaken(vendor: string): string {
  return `The vendor "${vendor}" has a store already: disconnect that one first; if it is disconnecting, its listings are still being withdrawn (GET /v1/stores)`;
}
