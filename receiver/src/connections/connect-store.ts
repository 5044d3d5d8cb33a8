import type { ConnectionRequest, PluginStatus } from '@dstnc/shared';
import type { Storage } from '../storage/storage.ts';
import { beginImport } from '../stores/begin-import.ts';
import { DEFAULT_SETTINGS } from '../stores/default-settings.ts';
import { goodWebhookSecrets } from '../stores/good-webhook-secrets.ts';
import { newStoreIdentity } from '../stores/new-store-identity.ts';
import { sameHome } from '../stores/same-home.ts';
import type { PreviousConnection, Store } from '../stores/store.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { type CallBack, callBack } from './call-back.ts';
import type { ConnectionCodes } from './connection-code.ts';
import { type CodeFault, openInvitation } from './open-invitation.ts';
import { makeSecretToken } from './secret-token.ts';
import { storeAddress } from './store-address.ts';

/** What {@link connectStore} uses. */
export interface ConnectTools {
  readonly storage: Pick<Storage, 'invitations' | 'stores'>;
  readonly codes: ConnectionCodes;
  readonly allowPrivate: boolean;
  /** A client for a store that isn't known yet; closed after use. */
  readonly clientFor: (store: Pick<Store, 'url' | 'credentials' | 'plugin'>) => StoreClient;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What came of it. Every failure leaves everything as it was, and the code can be used again unless it says otherwise. */
export type ConnectResult =
  | { readonly kind: 'connected'; readonly store: Store; readonly token: string; readonly again: boolean }
  | { readonly kind: 'code'; readonly fault: CodeFault }
  | { readonly kind: 'refused'; readonly reason: string }
  /** `withdrawing`: by a shop that is disconnecting. */
  | { readonly kind: 'vendor_taken'; readonly withdrawing: boolean }
  | { readonly kind: 'callback_failed'; readonly failure: Extract<CallBack, { ok: false }> };

/** Connects a shop whose plugin shows a code: checks the code, calls the shop back, and only then keeps it. */
export async function connectStore(tools: ConnectTools, request: ConnectionRequest): Promise<ConnectResult> {
  const { storage, clock } = tools;
  const opened = await openInvitation(tools, request.code);
  if (!opened.ok) return { kind: 'code', fault: opened.fault };
  const { invitation } = opened;
  const { vendor } = invitation;

  const address = storeAddress(request.store, tools.allowPrivate);
  if (!address.ok) return { kind: 'refused', reason: address.reason };
  const { url, restUrl } = address;
  const known = await storage.stores.byVendor(vendor);
  if (known !== null && !sameHome(known.url, url)) {
    return { kind: 'vendor_taken', withdrawing: known.disconnectedAt !== null };
  }

  const { consumerKey, consumerSecret } = request.credentials;
  const connection = {
    url,
    credentials: { consumerKey, consumerSecret },
    plugin: {
      version: request.store.plugin,
      contractVersion: request.contractVersion,
      woocommerce: request.store.woocommerce,
      restUrl,
    },
  };
  const client = tools.clientFor(connection);
  const called = await callBack(client, url).finally(() => client.close());
  if (!called.ok) return { kind: 'callback_failed', failure: called };

  const now = clock();
  const secret = makeSecretToken('dst_');
  const store: Store = {
    ...(known ?? {
      ...newStoreIdentity(),
      vendor,
      settings: DEFAULT_SETTINGS,
      currency: null,
      taxIncluded: null,
      createdAt: now,
    }),
    ...connection,
    ...pricesOf(called.status, known),
    webhookSecrets: [request.webhookSecret],
    webhookSecretsUntil: null,
    tokenHash: secret.hash,
    previous: previousOf(known, now),
    access: null,
    withheld: null,
    import: {
      ...beginImport(known, known === null ? 'imported' : 'the store was connected again', now),
      total: Math.max(0, called.status.products),
    },
    // What was wrong with the connection before says nothing about this one.
    flags: {},
    disconnectedAt: null,
  };
  const kept = await storage.stores.connect({ invitationId: invitation.id, store, now });
  switch (kept) {
    case 'connected':
      return { kind: 'connected', store, token: secret.token, again: known !== null };
    case 'code_used':
      return { kind: 'code', fault: 'used' };
    case 'vendor_taken':
      return { kind: 'vendor_taken', withdrawing: false };
  }
}

/**
 * The connection that stays valid until the plugin is seen to have heard of the new one. One that the plugin was never seen to use is
 * not it: then it is the one before.
 */
function previousOf(known: Store | null, now: number): PreviousConnection | null {
  if (known === null) return null;
  const { tokenHash, credentials } = known;
  const webhookSecrets = goodWebhookSecrets({ ...known, previous: null }, now);
  return known.previous ?? { tokenHash, credentials, webhookSecrets };
}

/** The shop knows its prices best; what it doesn't say, somebody may have said before. */
function pricesOf(status: PluginStatus, known: Store | null): Pick<Store, 'currency' | 'taxIncluded'> {
  const currency = status.currency !== null && /^[A-Z]{3}$/.test(status.currency) ? status.currency : null;
  return {
    currency: currency ?? known?.currency ?? null,
    taxIncluded: status.taxIncluded ?? known?.taxIncluded ?? null,
  };
}
