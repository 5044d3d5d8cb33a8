import type { StoreAnswer } from '../store-answer.ts';
import type { StoreClient } from '../store-client.ts';
import { nameAttributes } from './name-attributes.ts';
import { inNewWords, type RawProduct } from './older-words.ts';

/**
 * A client that is asked in the words of wc/v3, and asks wc/v2 or wc/v1: products and variations come back as wc/v3 would tell them
 * (read in the source of 3.9.1, and compared in 3.9.1 and 8.9.3). wc/v1 has no route for variations: its products hold them whole, and a
 * request for the variations is one for their product.
 */
export function createOlderClient(client: StoreClient, version: 'wc/v2' | 'wc/v1'): StoreClient {
  const older = (path: string) => path.replace(/^\/?wc\/v3\//, `${version}/`);
  return {
    async get(path, query, options) {
      const [, product] = /^\/?wc\/v3\/products\/(\d+)\/variations$/.exec(path) ?? [];
      if (version === 'wc/v1' && product !== undefined) {
        return nested(await client.get(`wc/v1/products/${product}`, {}, options), Number(product));
      }
      const answer = await client.get(older(path), query, options);
      if (!answer.ok) return inNewCodes(answer);
      if (!/^\/?wc\/v3\/products(\/\d+(\/variations)?)?$/.test(path)) return answer;
      const { body } = answer;
      const mapped = Array.isArray(body) ? body.map((one) => inNewWords(one, version)) : inNewWords(body, version);
      return { ...answer, body: mapped };
    },
    post: (path, body, options) => client.post(older(path), body, options),
    delete: (path, query, options) => client.delete(older(path), query, options),
    get headerStripped() {
      return client.headerStripped;
    },
    close: () => client.close(),
  };
}

/** wc/v1 says that a product doesn't exist by another code; so it does of a variation, which is no product to it. */
function inNewCodes(answer: Extract<StoreAnswer, { ok: false }>): StoreAnswer {
  const { failure } = answer;
  if (failure.kind !== 'not_found' || failure.code !== 'woocommerce_rest_invalid_product_id') return answer;
  return { ok: false, failure: { ...failure, code: 'woocommerce_rest_product_invalid_id' } };
}

/** A product's variations as a list of their own, on one page. */
function nested(answer: StoreAnswer, productId: number): StoreAnswer {
  if (!answer.ok) return answer;
  const { variations, attributes } = (answer.body ?? {}) as RawProduct;
  const parents = Array.isArray(attributes) ? attributes : [];
  const body = (Array.isArray(variations) ? variations : []).map((one) => ({
    ...(inNewWords(one, 'wc/v1') as RawProduct),
    attributes: nameAttributes(one?.attributes, parents),
    parent_id: productId,
    type: 'variation',
  }));
  const headers = { ...answer.headers, 'x-wp-total': String(body.length), 'x-wp-totalpages': '1' };
  return { ...answer, body, headers };
}
