import { randomUUID } from 'node:crypto';
import type { Storage } from '../storage/storage.ts';
import type { ConnectionCodes } from './connection-code.ts';
import { KEY_PATHS } from './request-keys.ts';
import { makeSecretToken } from './secret-token.ts';

/** See {@link invite}. */
export interface Inviting {
  readonly storage: Pick<Storage, 'invitations'>;
  readonly codes: ConnectionCodes;
  /** Where the plugin reaches the receiver. */
  readonly publicUrl: string;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** An invitation that was made. */
export interface Invitation {
  readonly id: string;
  readonly vendor: string;
  /** What the vendor pastes. Shown once. */
  readonly code: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /**
   * By the plugin: to its page in the vendor's shop, with the code filled in; null: the shop isn't known. By keys: to the receiver's own
   * page, from which the vendor goes on to the shop.
   */
  readonly link: string | null;
}

/**
 * Makes a code with which a vendor connects a shop, once.
 *
 * @param options.validMs how long, in milliseconds
 * @param options.shopUrl the vendor's shop, for the link
 * @param options.by how: by the plugin unless given, or by keys that WooCommerce makes on the way (request-keys.ts)
 */
export async function invite(
  { storage, codes, publicUrl, clock }: Inviting,
  {
    vendor,
    validMs,
    shopUrl,
    by = 'plugin',
  }: { vendor: string; validMs: number; shopUrl?: string | undefined; by?: 'plugin' | 'keys' },
): Promise<Invitation> {
  const now = clock();
  // Codes tell whole seconds.
  const expiresAt = Math.floor((now + validMs) / 1000) * 1000;
  const { token, hash } = makeSecretToken('');
  const id = `in_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await storage.invitations.add({ id, vendor, tokenHash: hash, createdAt: now, expiresAt, url: shopUrl ?? null });
  const code = codes.write({ receiver: publicUrl, vendor, token, expiresAt });
  const page = shopUrl?.replace(/\/+$/, '');
  const inShop = page === undefined ? null : `${page}/wp-admin/admin.php?page=dstnc&code=${code}`;
  return {
    id,
    vendor,
    code,
    expiresAt,
    link: by === 'keys' ? `${publicUrl}${KEY_PATHS.start}?invite=${code}` : inShop,
  };
}
