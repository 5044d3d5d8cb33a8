import type { StoreApi } from '@dstnc/receiver/woocommerce/store-api.ts';
import type { StoreFailure } from '@dstnc/receiver/woocommerce/store-failure.ts';
import { readStoreProduct } from '@dstnc/shared';

const BROKEN: StoreFailure = {
  kind: 'server_error',
  status: 500,
  code: null,
  excerpt: '',
  message: "The store's server failed.",
  retryable: true,
};

/** A shop in the memory, as its API would show it. Which API that is makes no difference to whoever polls it. */
export class FakeApi implements StoreApi {
  /** Products by id, as wc/v3 describes them. */
  readonly products = new Map<number, Record<string, unknown>>();
  /** What every call is answered with; null: it works. */
  failure: StoreFailure | null = null;
  /** What it is answered with when it is asked what changed; null: it works. */
  changesFailure: StoreFailure | null = null;
  /** Products that break every answer they are in. */
  readonly broken = new Set<number>();
  /** The store has forgotten what changed. */
  forgetful = false;
  /** Calls so far, by name. */
  readonly calls: string[] = [];
  #changes: number[] = [];

  put(id: number, over: Record<string, unknown> = {}, { told = true } = {}): void {
    const usual = { name: `Lamp ${id}`, type: 'simple', status: 'publish', price: '10', purchasable: true };
    this.products.set(id, { id, ...usual, manage_stock: true, stock_quantity: 3, stock_status: 'instock', ...over });
    if (told) this.#changes.push(id);
  }

  remove(id: number): void {
    this.products.delete(id);
  }

  async changes(after: string | null) {
    this.calls.push('changes');
    const failing = this.failure ?? (after === null ? null : this.changesFailure);
    if (failing !== null) return { ok: false as const, failure: failing };
    const from = after === null ? this.#changes.length : Number(after);
    const reset = after === null || this.forgetful;
    this.forgetful = false;
    const groupIds = reset ? [] : [...new Set(this.#changes.slice(from))];
    return { ok: true as const, groupIds, orderIds: [], next: String(this.#changes.length), more: false, reset };
  }

  async walk({ cursor }: { cursor: number }) {
    this.calls.push('walk');
    if (this.failure !== null) return { ok: false as const, failure: this.failure };
    const ids = [...this.products.keys()].sort((a, b) => a - b).filter((id) => id > cursor);
    const groupIds = ids.slice(0, 2);
    const next = ids.length > 2 ? (groupIds.at(-1) ?? null) : null;
    return { ok: true as const, groupIds, next, total: this.products.size };
  }

  async readGroups(ids: readonly number[]) {
    this.calls.push('readGroups');
    if (this.failure !== null) return { ok: false as const, failure: this.failure, whole: true };
    if (ids.some((id) => this.broken.has(id))) return { ok: false as const, failure: BROKEN, whole: false };
    const readings = await Promise.all(ids.map(async (id) => [id, await this.readGroup(id)] as const));
    return { ok: true as const, readings: new Map(readings) };
  }

  async readGroup(id: number) {
    if (this.failure !== null) return { kind: 'failure' as const, failure: this.failure };
    const held = this.products.get(id);
    if (held === undefined) return { kind: 'gone' as const, because: 'deleted' as const };
    const read = readStoreProduct(held);
    if (!read.ok) throw new Error(read.reason);
    const item = { product: read.product, issues: read.issues };
    return { kind: 'group' as const, snapshot: { item, variations: [], readAt: Date.now() } };
  }

  async facts() {
    return { currency: 'EUR', taxIncluded: true };
  }
}
