import type { InvitationRow, KeyRequest, Storage } from '../storage/storage.ts';
import { sameHome } from '../stores/same-home.ts';
import { checkStoreUrl } from '../woocommerce/address-guard.ts';
import type { ConnectionCodes } from './connection-code.ts';
import { type CodeFault, openInvitation } from './open-invitation.ts';
import { readShopAddress } from './read-shop-address.ts';
import { hashToken, makeSecretToken } from './secret-token.ts';

/** What {@link requestKeys} uses. */
export interface KeyRequestTools {
  readonly storage: Pick<Storage, 'invitations' | 'stores'>;
  readonly codes: ConnectionCodes;
  readonly allowPrivate: boolean;
  /** Where shops and vendors reach the receiver. */
  readonly publicUrl: () => string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** What came of it. */
export type KeyRequestResult =
  /** The vendor is to open `address`, in the shop. */
  | { readonly kind: 'go'; readonly shop: string; readonly address: string }
  | { readonly kind: 'code'; readonly fault: CodeFault }
  /** `reason`: for the vendor. */
  | { readonly kind: 'refused'; readonly reason: string; readonly invitation: InvitationRow };

/** How long a vendor may take in the shop, in milliseconds. */
const PATIENCE_MS = 60 * 60_000;

/** Below the receiver's address: where shops bring keys to, and where vendors come back to. */
export const KEY_PATHS = {
  start: '/v1/connect/woocommerce',
  callback: '/v1/connect/woocommerce/callback',
  done: '/v1/connect/woocommerce/done',
} as const;

/**
 * Sends an invited vendor to WooCommerce's own page for making keys, in the shop. What the shop has to bring back is told to nobody else:
 * it stands in `user_id`, which WooCommerce passes through, since it knows no other state.
 *
 * @param given.shop as the vendor typed it; doesn't count where the invitation names a shop
 */
export async function requestKeys(
  tools: KeyRequestTools,
  given: { readonly code: string; readonly shop: string },
): Promise<KeyRequestResult> {
  const { storage, clock, allowPrivate } = tools;
  const opened = await openInvitation(tools, given.code);
  if (!opened.ok) return { kind: 'code', fault: opened.fault };
  const { invitation } = opened;
  const refused = (reason: string): KeyRequestResult => ({ kind: 'refused', reason, invitation });

  const publicUrl = tools.publicUrl();
  if (!publicUrl.startsWith('https:')) {
    return refused("DSTNC can't take keys now: its own address is not encrypted (https). Tell DSTNC.");
  }
  const read = readShopAddress(invitation.url ?? given.shop);
  if (!read.ok) return refused('Enter the address of your shop, such as https://shop.example.');
  const checked = checkStoreUrl(read.url, { allowPrivate });
  if (!checked.ok) return refused(checked.reason);
  const known = await storage.stores.byVendor(invitation.vendor);
  if (known !== null && !sameHome(known.url, read.url)) {
    return refused(
      "Another shop is connected with this invitation's account already. Ask DSTNC to disconnect it, or for an invitation for this shop.",
    );
  }

  const { token: state, hash } = makeSecretToken('');
  const expiresAt = Math.min(clock() + PATIENCE_MS, invitation.expiresAt);
  if (!(await storage.invitations.beginKeys(invitation.id, hash, { shop: read.url, expiresAt }))) {
    return { kind: 'code', fault: 'used' };
  }
  return { kind: 'go', shop: read.url, address: authorizeAddress(read.url, publicUrl, state) };
}

/** Which request a shop or a vendor comes back for; null: for none that is known. */
export async function keyRequestOf(
  { storage }: Pick<KeyRequestTools, 'storage'>,
  state: string,
): Promise<KeyRequest | null> {
  return (await storage.invitations.byKeyState(hashToken(state)))?.request ?? null;
}

/** WooCommerce takes its addresses decoded twice: they must not have anything to decode. */
function authorizeAddress(shop: string, publicUrl: string, state: string): string {
  const address = new URL(`${shop}/wc-auth/v1/authorize`);
  address.searchParams.set('app_name', 'DSTNC');
  address.searchParams.set('scope', 'read_write');
  address.searchParams.set('user_id', state);
  address.searchParams.set('return_url', `${publicUrl}${KEY_PATHS.done}`);
  address.searchParams.set('callback_url', `${publicUrl}${KEY_PATHS.callback}`);
  return address.href;
}
