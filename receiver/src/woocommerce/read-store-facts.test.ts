import { expect, test } from 'vitest';
import { readStoreFacts } from './read-store-facts.ts';
import type { StoreAnswer } from './store-answer.ts';
import type { StoreClient } from './store-client.ts';

function storeSaying(currency: unknown, tax: unknown, setting?: unknown): StoreClient {
  const answer = (body: unknown): StoreAnswer =>
    body === undefined
      ? { ok: false, failure: { kind: 'timeout', timeoutMs: 1, message: '', retryable: true } }
      : { ok: true, status: 200, body, headers: {}, durationMs: 1 };
  return {
    get: async (path) => {
      if (path === 'wc/v3/data/currencies/current') return answer(currency);
      if (path === 'wc/v3/settings/tax/woocommerce_prices_include_tax') return answer(tax);
      if (path === 'wc/v3/settings/general/woocommerce_currency') return answer(setting);
      throw new Error(path);
    },
    post: () => Promise.reject(new Error('not expected')),
    delete: () => Promise.reject(new Error('not expected')),
    headerStripped: false,
    close: () => Promise.resolve(),
  };
}

test.each([
  [{ code: 'EUR' }, { value: 'yes' }, { currency: 'EUR', taxIncluded: true }],
  [{ code: 'USD' }, { value: 'no' }, { currency: 'USD', taxIncluded: false }],
  [undefined, { value: 'no' }, { currency: null, taxIncluded: false }],
  [{ code: 'EUR' }, undefined, { currency: 'EUR', taxIncluded: null }],
  [{ code: 'euro' }, { value: '' }, { currency: null, taxIncluded: null }],
  [null, [], { currency: null, taxIncluded: null }],
])('currency %j and tax %j', async (currency, tax, wanted) => {
  expect(await readStoreFacts(storeSaying(currency, tax))).toEqual(wanted);
});

test('a currency that is a setting only, as in wc/v2', async () => {
  const client = storeSaying(undefined, { value: 'no' }, { value: 'GBP' });
  expect(await readStoreFacts(client)).toEqual({ currency: 'GBP', taxIncluded: false });
});
