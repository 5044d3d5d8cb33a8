import { z } from 'zod';
import type { RequestOptions, StoreClient } from './store-client.ts';

/** Milliseconds and bytes: WooCommerce 3.9 computes all of it, and whoever asks is waiting. */
const PATIENCE = { timeoutMs: 20_000, maxBytes: 4 * 1024 * 1024 };

const activePlugin = z.looseObject({
  plugin: z.string().catch(''),
  name: z.string().catch(''),
  version_latest: z.string().catch(''),
});

/** As much as is needed of `wc/v3/system_status`; every part may be missing. */
const systemStatus = z.looseObject({
  environment: z.looseObject({ version: z.string().optional() }).optional().catch(undefined),
  active_plugins: z.array(activePlugin).max(2_000).optional().catch(undefined),
  settings: z
    .looseObject({ api_enabled: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
});

/** What WooCommerce tells of itself and of what runs beside it. */
export type SystemStatus = z.infer<typeof systemStatus>;

/** Reads WooCommerce's own report of its state. Null: it doesn't give one (it is too old, or the key's user may not see it). */
export async function readSystemStatus(
  client: StoreClient,
  options: RequestOptions = {},
): Promise<SystemStatus | null> {
  const query = { _fields: 'environment,active_plugins,settings' };
  const answer = await client.get('wc/v3/system_status', query, { ...PATIENCE, ...options });
  return answer.ok ? (systemStatus.safeParse(answer.body).data ?? null) : null;
}
