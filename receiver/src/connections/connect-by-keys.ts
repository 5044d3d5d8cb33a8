import { randomBytes } from 'node:crypto';
import type { Storage } from '../storage/storage.ts';
import { beginImport } from '../stores/begin-import.ts';
import { DEFAULT_SETTINGS } from '../stores/default-settings.ts';
import { goodWebhookSecrets } from '../stores/good-webhook-secrets.ts';
import { newStoreIdentity } from '../stores/new-store-identity.ts';
import { sameHome } from '../stores/same-home.ts';
import type { Store, StoreCredentials } from '../stores/store.ts';
import { OVERLAP_MS } from '../stores/webhook-secret-change.ts';
import { checkStoreUrl } from '../woocommerce/address-guard.ts';
import type { AccessReading, FindAccess } from './access-reading.ts';
import { readKeys } from './read-keys.ts';

/** What {@link connectByKeys} uses. */
export interface KeyConnectTools {
  readonly storage: Pick<Storage, 'stores'>;
  readonly findAccess: FindAccess;
  readonly allowPrivate: boolean;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** A shop and its keys, from whoever brings them. */
export interface KeyConnection {
  /** As read-shop-address.ts gives it. */
  readonly url: string;
  readonly vendor: string;
  /** As they were pasted. */
  readonly keys: StoreCredentials;
  /** ISO 4217; asked of the shop later where nobody says. */
  readonly currency?: string | undefined;
  /** Of webhooks that somebody makes by hand; made here unless given. */
  readonly webhookSecret?: string | undefined;
  /** Used up by it; null: an operator does it. */
  readonly invitationId: string | null;
}

/** What came of it. Every failure leaves everything as it was. */
export type KeyConnectResult =
  | {
      readonly kind: 'connected';
      readonly store: Store;
      /** The store was there already. */
      readonly again: boolean;
      /** The shop's own address, where it is another than the one that was given; null: it is that one. */
      readonly movedTo: string | null;
      /** Present if it was made here and now. */
      readonly madeSecret?: string;
    }
  /** `code`: for programs. `reason`: what is, and what to do. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** By another shop. `withdrawing`: by one that is disconnecting. */
  | { readonly kind: 'vendor_taken'; readonly withdrawing: boolean }
  | { readonly kind: 'code_used' };

/**
 * Connects a shop by its REST keys: whoever brings them, and whether it is new or was there before, they are seen to read and write
 * before anything is kept. A shop that was there is the same store with a new connection: its webhooks go on, and its catalogue is walked
 * again.
 */
export async function connectByKeys(tools: KeyConnectTools, given: KeyConnection): Promise<KeyConnectResult> {
  const { storage, allowPrivate } = tools;
  const { url, vendor } = given;
  const read = readKeys(given.keys);
  if (!read.ok) return { kind: 'refused', code: 'keys', reason: read.reason };
  const address = checkStoreUrl(url, { allowPrivate });
  if (!address.ok) return { kind: 'refused', code: 'forbidden_address', reason: address.reason };
  const known = await storage.stores.byVendor(vendor);
  // Before anything is called: another vendor's shop is no business of these keys.
  if (known !== null && !sameHome(known.url, url)) return taken(known);

  const found = await tools.findAccess(url, read.credentials);
  if (!found.ok) return { kind: 'refused', code: found.problem.kind, reason: found.problem.message };
  const own = checkStoreUrl(found.home, { allowPrivate });
  if (!own.ok) return { kind: 'refused', code: 'forbidden_address', reason: own.reason };
  if (known !== null && !sameHome(known.url, found.home)) return taken(known);
  return keep(tools, given, { known, found, credentials: read.credentials });
}

async function keep(
  { storage, clock }: KeyConnectTools,
  { url, vendor, currency, webhookSecret, invitationId }: KeyConnection,
  {
    known,
    found,
    credentials,
  }: {
    known: Store | null;
    found: Extract<AccessReading, { ok: true }>;
    credentials: StoreCredentials;
  },
): Promise<KeyConnectResult> {
  const now = clock();
  const madeSecret = known === null && webhookSecret === undefined ? randomBytes(32).toString('hex') : undefined;
  const store: Store = {
    ...(known ?? {
      ...newStoreIdentity(),
      vendor,
      plugin: null,
      tokenHash: null,
      previous: null,
      settings: DEFAULT_SETTINGS,
      currency: null,
      taxIncluded: null,
      createdAt: now,
    }),
    ...pluginOf(known, credentials),
    ...secretsOf(known, webhookSecret ?? madeSecret, now),
    url: found.home,
    credentials,
    access: found.access,
    withheld: null,
    import: beginImport(known, known === null ? 'imported' : 'the store was connected again', now),
    // What was wrong with the connection before says nothing about this one.
    flags: {},
    disconnectedAt: null,
  };
  const connected: Store = { ...store, currency: currency ?? store.currency };
  const kept = await storage.stores.connect({ invitationId, store: connected, now });
  switch (kept) {
    case 'connected':
      return {
        kind: 'connected',
        store: connected,
        again: known !== null,
        movedTo: found.home === url ? null : found.home,
        ...(madeSecret !== undefined && { madeSecret }),
      };
    case 'code_used':
      return { kind: 'code_used' };
    case 'vendor_taken':
      return { kind: 'vendor_taken', withdrawing: false };
  }
}

/** A plugin goes on as it is; one that disconnected the shop has forgotten all of it. */
function pluginOf(
  known: Store | null,
  credentials: StoreCredentials,
): Pick<Store, 'plugin' | 'tokenHash' | 'previous'> {
  if (known === null || known.disconnectedAt !== null) return { plugin: null, tokenHash: null, previous: null };
  const { plugin, tokenHash, previous } = known;
  return { plugin, tokenHash, previous: previous && { ...previous, credentials } };
}

/** Webhooks that are there go on with the secret that they have. */
function secretsOf(
  known: Store | null,
  given: string | undefined,
  now: number,
): Pick<Store, 'webhookSecrets' | 'webhookSecretsUntil'> {
  const { webhookSecrets, webhookSecretsUntil } = known ?? { webhookSecrets: [], webhookSecretsUntil: null };
  if (given === undefined) return { webhookSecrets, webhookSecretsUntil };
  const good = goodWebhookSecrets({ webhookSecrets, webhookSecretsUntil, previous: null }, now);
  const others = good.filter((one) => one !== given);
  return { webhookSecrets: [given, ...others], webhookSecretsUntil: others.length === 0 ? null : now + OVERLAP_MS };
}

function taken({ disconnectedAt }: Store): KeyConnectResult {
  return { kind: 'vendor_taken', withdrawing: disconnectedAt !== null };
}
