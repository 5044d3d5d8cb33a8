import type { Product } from '@dstnc/shared';
import { type AnsweredItem, type ExpectedGroup, expectedGroup } from './expected-group.ts';

/** What a store holds: its products, whatever their status, and their variations by the product's id. */
export interface StoreState {
  readonly products: readonly AnsweredItem[];
  readonly variations: Readonly<Record<string, readonly AnsweredItem[]>>;
}

/**
 * Compares what DSTNC holds with what the store holds.
 *
 * @param held everything that DSTNC holds of the vendor, tombstones included
 * @param told ids of the products that the receiver was told of at all; others need not be at DSTNC
 * @returns one sentence a difference; empty if there is none
 */
export function differences(state: StoreState, held: readonly Product[], told: ReadonlySet<number>): string[] {
  const found: string[] = [];
  const byId = new Map(held.map((product) => [product.groupId, product]));
  for (const product of state.products) {
    if (!told.has(product.id)) continue;
    const expected = expectedGroup(product, state.variations[String(product.id)] ?? []);
    found.push(...differencesOf(product.id, expected, byId.get(String(product.id))));
  }
  const inStore = new Set(state.products.map(({ id }) => String(id)));
  for (const { groupId, state: shown } of held) {
    if (!inStore.has(groupId) && shown !== 'deleted')
      found.push(`${groupId} is not in the store, but ${shown} at DSTNC`);
  }
  return found;
}

function differencesOf(id: number, expected: ExpectedGroup, held: Product | undefined): string[] {
  if (expected.state === 'absent') {
    return held === undefined || held.state === 'deleted' ? [] : [`${id} is in the trash, but ${held.state} at DSTNC`];
  }
  if (held === undefined) return [`${id} "${expected.title}" is ${expected.state} in the store and missing at DSTNC`];
  const found: string[] = [];
  const compare = (what: string, wanted: unknown, got: unknown) => {
    if (JSON.stringify(wanted) !== JSON.stringify(got)) {
      found.push(`${what}: ${JSON.stringify(wanted)} in the store, ${JSON.stringify(got)} at DSTNC`);
    }
  };
  compare(`${id} state`, expected.state, held.state);
  compare(`${id} title`, expected.title, held.title);
  const got = Object.fromEntries(
    held.variants.map(({ externalId, inventory: { tracked, quantity, purchasable }, price }) => [
      externalId,
      { tracked, quantity, purchasable, price: price.effective ?? '' },
    ]),
  );
  for (const externalId of new Set([...Object.keys(expected.items), ...Object.keys(got)])) {
    compare(externalId, expected.items[externalId], got[externalId]);
  }
  return found;
}
