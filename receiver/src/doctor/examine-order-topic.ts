import type { Check } from '@dstnc/shared';
import type { Store } from '../stores/store.ts';
import { listWebhooks } from '../woocommerce/list-webhooks.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { fine, unclear, wrong } from './make-check.ts';

/** What the plugin tells of orders by: see plugin/includes/Connection/Webhooks.php. */
const TOPIC = 'action.woocommerce_dstnc_order_completed';

/** Whether a shop with the plugin tells at once what becomes of orders. Without the plugin that is a part of examine-webhooks.ts. */
export async function examineOrderTopic(client: StoreClient, { webhookKey }: Store): Promise<Check> {
  const id = 'order_notifications';
  const listed = await listWebhooks(client, 'wc/v3', webhookKey);
  if (!listed.ok) return unclear(id, "Whether your shop tells DSTNC of completed orders can't be told yet.");
  const statuses = listed.webhooks.filter(({ topic }) => topic === TOPIC).map(({ status }) => status);
  if (statuses.includes('active')) return fine(id, 'Your shop tells DSTNC when you complete an order.');
  return wrong(id, 'warning', {
    title: 'Your shop does not tell DSTNC when you complete an order.',
    detail: 'What it should be told by was switched off or deleted under WooCommerce > Settings > Advanced.',
    why: 'DSTNC learns late that something was shipped.',
    advice: 'On the DSTNC page, choose More > Repair. Until then DSTNC looks at its orders from time to time.',
    technical: `${TOPIC}: ${statuses[0] ?? 'missing'}`,
  });
}
