import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Storage } from '../storage/storage.ts';
import { checkStoreUrl } from '../woocommerce/address-guard.ts';
import { beginImport } from './begin-import.ts';
import { DEFAULT_SETTINGS } from './default-settings.ts';
import { newStoreIdentity } from './new-store-identity.ts';
import type { Store } from './store.ts';

/** Keys are pasted by people: spaces around them are theirs, not the key's. */
const pasted = z.string().trim().min(1);

/** Body of `POST /v1/stores`. */
export const newStore = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, message: 'must be the address of the shop, such as https://shop.example' })
    .transform((url, context) => {
      // Whatever it is compared with, called at or shown as later: one notation.
      const { href, username, password } = new URL(url);
      if (username === '' && password === '') return href.replace(/[?#].*$/, '').replace(/\/+$/, '');
      context.issues.push({ code: 'custom', input: '(not shown)', message: 'must not carry a user name or password' });
      return z.NEVER;
    }),
  vendor: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'must be letters, digits, dots, dashes or underscores'),
  webhookSecret: pasted.optional(),
  consumerKey: pasted.optional(),
  consumerSecret: pasted.optional(),
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
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'taken'; readonly reason: string };

/**
 * Adds a store. Nothing is called: with keys its address is checked against what may be called at all, without keys it is only
 * the name that its deliveries' Source is compared with.
 */
export async function addStore(
  { storage, allowPrivate, clock }: { storage: Storage; allowPrivate: boolean; clock: () => number },
  { url, vendor, webhookSecret, consumerKey, consumerSecret, currency }: NewStore,
): Promise<AddStoreResult> {
  if ((consumerKey === undefined) !== (consumerSecret === undefined)) {
    return { kind: 'refused', reason: 'consumerKey and consumerSecret belong together: give both or neither' };
  }
  const credentials =
    consumerKey !== undefined && consumerSecret !== undefined ? { consumerKey, consumerSecret } : null;
  if (credentials !== null) {
    const checked = checkStoreUrl(url, { allowPrivate });
    if (!checked.ok) return { kind: 'refused', reason: checked.reason };
  }
  const madeSecret = webhookSecret === undefined ? randomBytes(32).toString('hex') : undefined;
  const store: Store = {
    ...newStoreIdentity(),
    vendor,
    url,
    webhookSecrets: [webhookSecret ?? madeSecret ?? ''],
    webhookSecretsUntil: null,
    credentials,
    plugin: null,
    tokenHash: null,
    access: null,
    withheld: null,
    previous: null,
    import: credentials === null ? null : beginImport(null, 'imported', clock()),
    settings: DEFAULT_SETTINGS,
    currency: currency ?? null,
    taxIncluded: null,
    flags: {},
    createdAt: clock(),
    disconnectedAt: null,
  };
  if (!(await storage.stores.add(store))) {
    return {
      kind: 'taken',
      reason: `The vendor "${vendor}" has a store already: disconnect that one first; if it is disconnecting, its listings are still being withdrawn (GET /v1/stores)`,
    };
  }
  return { kind: 'added', store, ...(madeSecret !== undefined && { madeSecret }) };
}
