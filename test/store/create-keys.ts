import { createHmac, randomBytes } from 'node:crypto';
import type { Store, StoreKeys } from './store.ts';

/**
 * Inserts a read/write key of the administrator, as WooCommerce's settings page does: no public function makes one. The
 * consumer key is stored as wc_api_hash() gives it, the secret in plain text.
 */
export async function createKeys(sql: Store['sql']): Promise<StoreKeys> {
  const consumerKey = `ck_${randomBytes(20).toString('hex')}`;
  const consumerSecret = `cs_${randomBytes(20).toString('hex')}`;
  const row = {
    user_id: 1,
    description: 'Store harness',
    permissions: 'read_write',
    consumer_key: createHmac('sha256', 'wc-api').update(consumerKey).digest('hex'),
    consumer_secret: consumerSecret,
    truncated_key: consumerKey.slice(-7),
  };
  await sql('INSERT INTO wp_woocommerce_api_keys SET ?', [row]);
  return { consumerKey, consumerSecret };
}
