import type { Check } from '@dstnc/shared';
import type { Store } from '../stores/store.ts';
import { wantedWebhooks } from '../stores/wanted-webhooks.ts';
import { listWebhooks } from '../woocommerce/list-webhooks.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { fine, unclear, wrong } from './make-check.ts';

/**
 * Whether a shop without the plugin has its notifications, and they are on. Only looks: they are mended where they are kept.
 *
 * @param publicUrl where stores reach the receiver
 */
export async function examineWebhooks(client: StoreClient, store: Store, publicUrl: string): Promise<Check> {
  const id = 'switched_on';
  const why = 'By them DSTNC learns at once that something was sold or changed.';
  const { topics, api, hindrance, webhookKey } = wantedWebhooks(store, publicUrl);
  const asked = { ...fine(id, 'DSTNC asks your shop for changes, and is not told of them.'), why };
  if (hindrance !== null) return { ...asked, detail: hindrance };
  if (api !== null && api !== 'wc/v3' && api !== 'wc/v2') {
    return { ...asked, detail: 'This version of WooCommerce can not tell them in a way that DSTNC could look after.' };
  }
  const listed = await listWebhooks(client, api ?? 'wc/v3', webhookKey);
  if (!listed.ok) return unclear(id, "Whether your shop's notifications are switched on can't be told yet.");
  const best = (topic: string) => {
    const statuses = listed.webhooks.filter((one) => one.topic === topic).map(({ status }) => status);
    return ['active', 'paused', 'disabled'].find((status) => statuses.includes(status)) ?? 'missing';
  };
  const off = topics.map((topic) => [topic, best(topic)] as const).filter(([, status]) => status !== 'active');
  if (off.length === 0) return { ...fine(id, 'Notifications to DSTNC are switched on.'), why };
  const paused = off.some(([, status]) => status === 'paused');
  return wrong(id, 'warning', {
    title: 'Some notifications to DSTNC are switched off.',
    detail: paused
      ? 'They were paused under WooCommerce > Settings > Advanced > Webhooks.'
      : 'They were deleted under WooCommerce > Settings > Advanced > Webhooks, or WooCommerce gave up on them.',
    why,
    advice: paused
      ? 'Set those that begin with "DSTNC:" to active there.'
      : 'DSTNC switches them on again by itself, within the hour as a rule. Until then it asks your shop for changes.',
    technical: off.map(([topic, status]) => `${topic}: ${status}`).join('; '),
  });
}
