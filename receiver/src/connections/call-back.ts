import { type PluginStatus, pluginStatus } from '@dstnc/shared';
import { sameHome } from '../stores/same-home.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { tellVendor } from '../woocommerce/tell-vendor.ts';

/** What came of asking a store's plugin who it is. */
export type CallBack =
  | { readonly ok: true; readonly status: PluginStatus }
  | {
      readonly ok: false;
      /** For programs: a kind of StoreFailure, or `no_plugin`, `another_home`, `permissions`, `clone`. */
      readonly code: string;
      /** What is, in the vendor's words. */
      readonly reason: string;
      /** What the vendor can do. */
      readonly advice: string;
      /** For support; never a secret. */
      readonly technical: string;
    };

/** Milliseconds: a vendor watches, and the plugin waits 45 s. */
const PATIENCE = { timeoutMs: 20_000, maxBytes: 1024 * 1024 };

/**
 * Asks a store's plugin for its status with the keys that it gave, and checks that it is the shop that it says it is and that the keys do
 * what they have to. Nobody is believed who can't be called back.
 *
 * @param home the address that the shop connects, or is connected, under
 */
export async function callBack(client: StoreClient, home: string): Promise<CallBack> {
  const answer = await client.get('wc-dstnc/v1/status', {}, PATIENCE);
  if (!answer.ok) {
    const { title, advice } = tellVendor(answer.failure);
    return { ok: false, code: answer.failure.kind, reason: title, advice, technical: answer.failure.message };
  }
  const read = pluginStatus.safeParse(answer.body);
  if (!read.success) {
    return {
      ok: false,
      code: 'no_plugin',
      reason: "Something else than the DSTNC plugin answers at your shop's address.",
      advice: 'Update the DSTNC plugin. If that does not help, a cache stands in between: take /wp-json/ out of it.',
      technical: 'wc-dstnc/v1/status did not answer with a status',
    };
  }
  const status = read.data;
  if (!sameHome(status.home, home)) {
    return {
      ok: false,
      code: 'another_home',
      reason: `Another shop answers at this address (${status.home.slice(0, 200)}).`,
      advice: 'Connect from the shop itself, under the address that its shoppers use (Settings > General).',
      technical: `status.home differs from ${home}`,
    };
  }
  if (status.clone) {
    return {
      ok: false,
      code: 'clone',
      reason: 'This is a copy of another shop, and it keeps quiet.',
      advice: 'If it is the live shop now, say so on the DSTNC page of its wp-admin, then try again.',
      technical: 'status.clone is true',
    };
  }
  if (status.permissions !== 'read_write') {
    return {
      ok: false,
      code: 'permissions',
      reason: "The key for DSTNC isn't allowed to read and write.",
      advice: 'Renew the access on the DSTNC page, for a user who is an administrator or shop manager.',
      technical: `permissions: ${status.permissions ?? 'unknown'}`,
    };
  }
  return { ok: true, status };
}
