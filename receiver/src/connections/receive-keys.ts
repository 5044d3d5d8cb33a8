import type { InvitedKeys, KeyRequest, Storage } from '../storage/storage.ts';
import type { Store, StoreCredentials } from '../stores/store.ts';
import { connectByKeys, type KeyConnectTools } from './connect-by-keys.ts';
import { hashToken } from './secret-token.ts';

/** What {@link takeKeys} and {@link tryKeys} use. */
export interface ReceiveKeysTools {
  readonly storage: Pick<Storage, 'invitations'>;
  readonly connecting: KeyConnectTools;
}

/** What a shop brings from WooCommerce's own page for making keys. */
export interface BroughtKeys {
  readonly state: string;
  readonly credentials: StoreCredentials;
  /** `read_write` where the vendor approved what was asked for. */
  readonly permissions: string;
}

/**
 * Takes what names the request, once. Only then are the keys looked at: whoever brings them otherwise is told nothing.
 *
 * @returns null: nobody waits for them
 */
export function takeKeys(
  { storage, connecting }: ReceiveKeysTools,
  { state }: BroughtKeys,
): Promise<InvitedKeys | null> {
  return storage.invitations.takeKeys(hashToken(state), connecting.clock());
}

/**
 * Connects the shop that the invited vendor named, if the keys open that one. Not while the shop waits for an answer: it may have one PHP
 * process only, and couldn't answer for itself.
 *
 * @returns the store, and null where it isn't connected: the request says why
 */
export async function tryKeys(
  { storage, connecting }: ReceiveKeysTools,
  { invitation, request }: InvitedKeys,
  { state, credentials, permissions }: BroughtKeys,
): Promise<Store | null> {
  const end = (outcome: NonNullable<KeyRequest['outcome']>) => storage.invitations.endKeys(hashToken(state), outcome);
  if (permissions !== 'read_write') {
    await end({ kind: 'refused', reason: 'The key may not read and write.' });
    return null;
  }
  const { vendor } = invitation;
  const connection = { url: request.shop, vendor, keys: credentials, invitationId: invitation.id };
  const result = await connectByKeys(connecting, connection);
  switch (result.kind) {
    case 'connected':
      await end({ kind: 'connected' });
      return result.store;
    case 'refused':
      await end({ kind: 'refused', reason: result.reason });
      return null;
    case 'vendor_taken':
      await end({ kind: 'refused', reason: "Another shop is connected with this invitation's account already." });
      return null;
    case 'code_used':
      await end({ kind: 'refused', reason: 'The invitation was used meanwhile. Ask DSTNC for a new one.' });
      return null;
  }
}
