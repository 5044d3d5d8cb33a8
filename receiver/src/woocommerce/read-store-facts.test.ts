import { expect, test } from 'vitest';
import { readStoreFacts } from './read-store-facts.ts';
import type { StoreAnswer } from './store-answer.ts';
import type { StoreClient } from './store-client.ts';

function storeSaying(currency: unknown, tax: unknown): StoreClient {
  const answer = (body: unknown): StoreAnswer =>
    body === undefined
      ? { ok: false, failure: { kind: 'timeout', timeoutMs: 1, message: '', retryable: true } }
      : { ok: true, status: 200, body, headers: {}, durationMs: 1 };
  return {
    get: async (path) => {
      if (path === 'wc/v3/data/currencies/current') return answer(currency);
      if (path === 'wc/v3/settings/tax/woocommerce_prices_include_tax') return answer(tax);
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
