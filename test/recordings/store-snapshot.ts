import type { Store } from '../store/store.ts';
import type { RecordedAnswer, RecordedEnd } from './recording.ts';

/** Answers that every receiver asks for, whatever happened. */
const settings = [
  'data/currencies/current',
  'settings/general/woocommerce_currency',
  'settings/tax/woocommerce_prices_include_tax',
  'settings/products/woocommerce_manage_stock',
];

/** Reads what a store answers about its products. */
export class StoreSnapshot {
  readonly #store: Store;
  /** Ids that were ever seen: a deleted product's answer is of interest, too. */
  readonly #ids = new Set<number>();
  readonly #paths = new Set(settings);

  constructor(store: Store) {
    this.#store = store;
  }

  watchProduct(id: number): void {
    this.#ids.add(id);
  }

  watchPath(path: string): void {
    this.#paths.add(path);
  }

  /** The answers for every product and variation that is or was in the store, by path. */
  async answers(): Promise<Map<string, RecordedAnswer>> {
    const posts = await this.#store.sql(
      "SELECT ID AS id FROM wp_posts WHERE post_type IN ('product', 'product_variation') AND post_status <> 'auto-draft'",
    );
    for (const { id } of posts) this.#ids.add(Number(id));
    const asked = [
      ...[...this.#paths].map(async (path) => [[path, await this.#answer(path)] as const]),
      ...[...this.#ids].sort((a, b) => a - b).map((id) => this.#productAnswers(id)),
    ];
    return new Map((await Promise.all(asked)).flat());
  }

  /** All products and variations, whatever their status. */
  async end(): Promise<RecordedEnd['state']> {
    const posts = await this.#store.sql(
      "SELECT ID AS id FROM wp_posts WHERE post_type = 'product' AND post_status <> 'auto-draft' ORDER BY ID",
    );
    const state: RecordedEnd['state'] = { products: [], variations: {} };
    for (const { id } of posts) {
      // One by one: no list of WooCommerce 3.9 shows the trash.
      const { body } = await this.#answer(`products/${id}`);
      const product = body as RecordedEnd['state']['products'][number];
      state.products.push(product);
      if (product.type !== 'variable') continue;
      const variations = await this.#variations(Number(id));
      state.variations[String(id)] = variations.body as RecordedEnd['state']['variations'][string];
    }
    return state;
  }

  async #productAnswers(id: number): Promise<(readonly [string, RecordedAnswer])[]> {
    const product = await this.#answer(`products/${id}`);
    const answers: [string, RecordedAnswer][] = [[`products/${id}`, product]];
    const type = (product.body as { type?: unknown } | null)?.type;
    if (type === 'variation') return answers;
    const variations = await this.#variations(id);
    // An empty list is what a replay gives for a product without a recorded one; an error it can't guess.
    if (type === 'variable' || variations.status !== 200 || (variations.body as unknown[]).length > 0) {
      answers.push([`products/${id}/variations`, variations]);
    }
    return answers;
  }

  async #answer(path: string): Promise<RecordedAnswer> {
    const { status, body, raw } = await this.#store.wc('GET', path);
    if (body === undefined) throw new Error(`${path} answered ${status} without JSON: ${raw.slice(0, 300)}`);
    return { status, body };
  }

  async #variations(id: number): Promise<RecordedAnswer> {
    const all: unknown[] = [];
    for (let page = 1; ; page += 1) {
      const { status, body } = await this.#answer(`products/${id}/variations?per_page=100&page=${page}`);
      if (status !== 200 || !Array.isArray(body)) return { status, body };
      all.push(...body);
      if (body.length < 100) return { status, body: all as RecordedAnswer['body'] };
    }
  }
}
