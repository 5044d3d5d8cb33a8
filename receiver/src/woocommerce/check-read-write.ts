import type { AccessProblem } from './access-problem.ts';
import { refusedKey } from './access-words.ts';
import type { StoreAccess } from './store-access.ts';
import type { StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** What came of {@link checkReadWrite}. */
export type ReadWriteCheck = { readonly ok: true } | { readonly ok: false; readonly problem: AccessProblem };

/**
 * Checks that a key may read and write products and orders, without touching anything: batches of nothing, which WooCommerce carries out
 * after it has checked the key and its user's rights.
 *
 * The Legacy API has no such batch in all of its versions. It is asked to make a product, and an order, of nothing: it checks the key's
 * access, misses the data, and says so before anything else (WC_API_Products::create_product() and WC_API_Orders::create_order() of v2 and v3
 * in 3.9.1 and 8.9.3). What the key's user may do with orders shows in that they may be listed.
 *
 * @param client of the access's root
 */
export async function checkReadWrite(client: StoreClient, access: Pick<StoreAccess, 'api'>): Promise<ReadWriteCheck> {
  const { api } = access;
  const rest = !api.startsWith('legacy/');
  const lists = rest ? [`${api}/products`, `${api}/orders`] : ['products', 'orders'];
  for (const list of lists) {
    const few = rest ? { per_page: 1, _fields: 'id' } : { 'filter[limit]': 1, fields: 'id' };
    const read = await client.get(list, few);
    if (!read.ok) return failed(await readingProblem(client, { failure: read.failure, list, rest }));
  }
  for (const list of lists) {
    const write = await client.post(rest ? `${list}/batch` : list, {});
    if (write.ok || (!rest && isMissingData(write.failure))) continue;
    return failed(writingProblem(write.failure, list));
  }
  return { ok: true };
}

/** A key that may write alone is refused like one whose secret is wrong. */
async function readingProblem(
  client: StoreClient,
  { failure, list, rest }: { failure: StoreFailure; list: string; rest: boolean },
): Promise<AccessProblem> {
  if (failure.kind !== 'unauthorized') return { kind: 'unreachable', message: failure.message, failure };
  const write = await client.post(rest ? `${list}/batch` : list, {});
  if (write.ok || (!rest && isMissingData(write.failure))) {
    return { kind: 'write_only', failure, message: `The key may only write. ${READ_WRITE}` };
  }
  const refused = refusedKey(failure);
  if (refused.kind === 'blocked' || !/orders$/.test(list)) return refused;
  // Products could be read a moment ago.
  return { kind: 'role', failure, message: roleMessage('read orders') };
}

function writingProblem(failure: StoreFailure, list: string): AccessProblem {
  const what = /orders$/.test(list) ? 'orders' : 'products';
  if (failure.kind !== 'unauthorized') return { kind: 'unreachable', message: failure.message, failure };
  const refused = refusedKey(failure);
  if (refused.kind === 'blocked') return refused;
  if (/authentication_error$/.test(failure.code)) {
    return { kind: 'read_only', failure, message: `The key may only read. ${READ_WRITE}` };
  }
  return { kind: 'role', failure, message: roleMessage(`edit ${what}`) };
}

const READ_WRITE =
  'Set its permissions to Read/Write under WooCommerce > Settings > Advanced > REST API: DSTNC places its orders with it.';

function roleMessage(what: string): string {
  return `The key's user may not ${what}. Make the key for an administrator or shop manager.`;
}

function isMissingData(failure: StoreFailure): boolean {
  return failure.kind === 'refused' && /^woocommerce_api_missing_\w+_data$/.test(failure.code);
}

function failed(problem: AccessProblem): ReadWriteCheck {
  return { ok: false, problem };
}
