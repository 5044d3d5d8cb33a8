import type { StoreClient } from './store-client.ts';

/** What products don't say about their prices. Null: the store didn't say. */
export interface StoreFacts {
  /** ISO 4217, capitals. */
  readonly currency: string | null;
  /** Whether the prices that the vendor enters include tax. */
  readonly taxIncluded: boolean | null;
}

/**
 * Reads the store-wide facts about prices over wc/v3, or wc/v2, which knows the currency as a setting only. Never fails: what can't be
 * read is null.
 */
export async function readStoreFacts(client: StoreClient): Promise<StoreFacts> {
  const [currency, tax] = await Promise.all([
    field(client, 'wc/v3/data/currencies/current', 'code').then(
      (code) => code ?? field(client, 'wc/v3/settings/general/woocommerce_currency', 'value'),
    ),
    field(client, 'wc/v3/settings/tax/woocommerce_prices_include_tax', 'value'),
  ]);
  return {
    currency: currencyCode(currency),
    taxIncluded: tax === 'yes' ? true : tax === 'no' ? false : null,
  };
}

/** @returns null for what is no code of ISO 4217 */
export function currencyCode(text: unknown): string | null {
  return typeof text === 'string' && /^[A-Z]{3}$/.test(text) ? text : null;
}

async function field(client: StoreClient, path: string, name: string): Promise<unknown> {
  const answer = await client.get(path);
  if (!answer.ok || answer.body === null || typeof answer.body !== 'object') return undefined;
  return (answer.body as Readonly<Record<string, unknown>>)[name];
}
