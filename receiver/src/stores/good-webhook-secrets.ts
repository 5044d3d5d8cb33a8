import type { Store } from './store.ts';

/**
 * The secrets that a store's deliveries may be signed with now: the newest, those before it while their time lasts, and those of the
 * connection before, where that is still valid.
 */
export function goodWebhookSecrets(
  { webhookSecrets, webhookSecretsUntil, previous }: Pick<Store, 'webhookSecrets' | 'webhookSecretsUntil' | 'previous'>,
  now: number,
): readonly string[] {
  const overlapping = webhookSecretsUntil === null || webhookSecretsUntil > now;
  return [...(overlapping ? webhookSecrets : webhookSecrets.slice(0, 1)), ...(previous?.webhookSecrets ?? [])];
}
