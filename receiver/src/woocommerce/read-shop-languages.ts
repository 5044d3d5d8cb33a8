import type { ShopLanguages } from '@dstnc/shared';
import { z } from 'zod';
import { languageCode } from './language-code.ts';
import { findLanguagePlugin } from './language-plugins.ts';
import type { RequestOptions, StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** What a shop without the DSTNC plugin says of its languages. */
export type ShopLanguagesReading =
  | { readonly ok: true; readonly languages: ShopLanguages }
  | { readonly ok: false; readonly failure: StoreFailure };

/** The two parts of `wc/v3/system_status` that tell; WooCommerce keeps the list of plugins for up to an hour. */
const systemStatus = z.looseObject({
  environment: z.looseObject({ language: z.unknown() }).optional(),
  active_plugins: z.array(z.unknown()).catch([]).default([]),
});
const activePlugin = z.looseObject({ plugin: z.string() });

/**
 * Asks WooCommerce itself which language plugin a shop has and what the shop's own language is. `default` is WordPress's locale
 * (`de-DE`); which languages there are besides nobody says here, so `available` is empty.
 */
export async function readShopLanguages(client: StoreClient, options?: RequestOptions): Promise<ShopLanguagesReading> {
  const answer = await client.get('wc/v3/system_status', { _fields: 'environment,active_plugins' }, options);
  if (!answer.ok) return answer;
  const read = systemStatus.safeParse(answer.body);
  if (!read.success) {
    const message = 'The store did not answer with its system status. Check its caches.';
    return { ok: false, failure: { kind: 'mismatch', message, retryable: true } };
  }
  const { environment, active_plugins } = read.data;
  const files = active_plugins.flatMap((one) => activePlugin.safeParse(one).data?.plugin ?? []);
  const locale = languageCode(environment?.language);
  return {
    ok: true,
    languages: { ...findLanguagePlugin(files), default: locale?.replaceAll('_', '-') ?? null, available: [] },
  };
}
