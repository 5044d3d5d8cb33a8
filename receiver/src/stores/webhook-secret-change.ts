import { randomBytes } from 'node:crypto';
import type { Storage } from '../storage/storage.ts';

/** How long the secrets before a new one stay good unless somebody says otherwise, in milliseconds. */
export const OVERLAP_MS = 24 * 60 * 60_000;

/** See {@link addWebhookSecret}. */
export interface WebhookSecretAdded {
  /** How many are good now. */
  readonly good: number;
  /** Until when those before it are good, milliseconds since 1970; null: it is alone. */
  readonly othersUntil: number | null;
  /** Present if it was made here: it is told this once. */
  readonly madeSecret?: string;
}

/**
 * Gives a store's webhooks another secret. Deliveries signed with the one before stay good for a while, in which the vendor enters the new
 * one in the shop.
 *
 * @returns null: there is no such store
 */
export async function addWebhookSecret(
  { storage, clock }: { storage: Pick<Storage, 'stores'>; clock: () => number },
  storeId: string,
  { secret, overlapMs = OVERLAP_MS }: { secret?: string | undefined; overlapMs?: number | undefined },
): Promise<WebhookSecretAdded | null> {
  const madeSecret = secret === undefined ? randomBytes(32).toString('hex') : undefined;
  const now = clock();
  const store = await storage.stores.addWebhookSecret(storeId, secret ?? madeSecret ?? '', now + overlapMs, now);
  if (store === null) return null;
  const { webhookSecrets, webhookSecretsUntil } = store;
  return {
    good: webhookSecrets.length,
    othersUntil: webhookSecretsUntil,
    ...(madeSecret !== undefined && { madeSecret }),
  };
}
