import type { Store } from '../store/store.ts';
import type { ToldChange } from './told-change.ts';

/** Answer of `wc-dstnc/v1/changes`. */
export interface ChangesAnswer {
  readonly changes: readonly ToldChange[];
  readonly next: string;
  readonly more: boolean;
  readonly reset: boolean;
}

/** What changed in a shop since a cursor, all pages; without one, from the beginning. */
export async function readChanges(store: Store, after?: string): Promise<ChangesAnswer> {
  const changes: ToldChange[] = [];
  for (let cursor = after; ; ) {
    const query = cursor === undefined ? '' : `?after=${encodeURIComponent(cursor)}`;
    const answer = await store.rest('GET', `wc-dstnc/v1/changes${query}`);
    if (answer.status !== 200) throw new Error(`changes: ${answer.status} ${answer.raw.slice(0, 1000)}`);
    const page = answer.body as ChangesAnswer;
    changes.push(...page.changes);
    if (!page.more) return { ...page, changes };
    cursor = page.next;
  }
}
