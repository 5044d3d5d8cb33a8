import type { Inventory } from '@dstnc/shared';
import type { BatchOutcome, SendFailure, Target } from './target.ts';

/** The contract's limit for one inventory call. */
const MOST_ITEMS = 50;

/** What became of one submission of {@link InventoryBatcher}. */
export type InventoryOutcome =
  /** Each item's status, in the order submitted. An item that DSTNC said nothing of is accepted. */
  | { readonly kind: 'answered'; readonly statuses: readonly ('accepted' | 'stale' | 'rejected' | 'unknown')[] }
  | Exclude<BatchOutcome, { kind: 'answered' }>;

/** Gathers inventory changes of many groups into few calls. */
export interface InventoryBatcher {
  /** @param items of one group, 1 to 50 */
  submit(vendor: string, items: readonly Inventory[]): Promise<InventoryOutcome>;
}

interface Waiting {
  readonly items: readonly Inventory[];
  resolve(outcome: InventoryOutcome): void;
}

/**
 * One call at a time a vendor, holding what gathered while the call before it was under way: a lone change goes out at once, and
 * under load the calls fill up by themselves, without any timer.
 */
export function createInventoryBatcher(target: Target): InventoryBatcher {
  const waiting = new Map<string, Waiting[]>();

  async function send(vendor: string, batch: readonly Waiting[]): Promise<void> {
    const items = batch.flatMap((waiting) => waiting.items);
    // A target that breaks its word and throws must not leave the others waiting for ever.
    const outcome = await target.postInventory(vendor, items).catch((error: unknown): SendFailure => {
      return { kind: 'retry', reason: `internal error: ${error}`, outage: false };
    });
    for (const { items, resolve } of batch) {
      if (outcome.kind !== 'answered') {
        resolve(outcome);
        continue;
      }
      const statuses = items.map(
        ({ externalId }) => outcome.results.find((result) => result.externalId === externalId)?.status ?? 'accepted',
      );
      resolve({ kind: 'answered', statuses });
    }
  }

  async function drain(vendor: string, queue: Waiting[]): Promise<void> {
    // One turn of the loop, so that the changes of one burst share the first call, too.
    await new Promise(setImmediate);
    while (queue.length > 0) {
      let count = 0;
      let size = 0;
      for (const { items } of queue) {
        if (size + items.length > MOST_ITEMS) break;
        size += items.length;
        count += 1;
      }
      await send(vendor, queue.splice(0, count));
    }
    waiting.delete(vendor);
  }

  return {
    submit(vendor, items) {
      if (items.length === 0 || items.length > MOST_ITEMS) throw new RangeError('1 to 50 items');
      return new Promise((resolve) => {
        const queue = waiting.get(vendor);
        if (queue !== undefined) {
          queue.push({ items, resolve });
          return;
        }
        const fresh = [{ items, resolve }];
        waiting.set(vendor, fresh);
        void drain(vendor, fresh);
      });
    },
  };
}
