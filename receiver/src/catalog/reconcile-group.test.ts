import type { Inventory, Product } from '@dstnc/shared';
import { readStoreProduct } from '@dstnc/shared';
import { aStore } from '@dstnc/test/behaviour/a-store.ts';
import { describe, expect, test } from 'vitest';
import type { InventoryOutcome } from '../delivery/inventory-batcher.ts';
import type { SendOutcome } from '../delivery/target.ts';
import type { Claim, ClaimResult } from '../storage/storage.ts';
import type { StoreItem } from '../woocommerce/group-snapshot.ts';
import type { GroupReading } from './group-reader.ts';
import { type ReconcileEvent, reconcileGroup } from './reconcile-group.ts';

const NOW = 1_790_000_000_000;
const store = aStore({ vendor: 'lamps' });

function item(raw: Record<string, unknown>): StoreItem {
  const reading = readStoreProduct({
    type: 'simple',
    name: 'Lamp',
    price: '5',
    manage_stock: true,
    stock_quantity: 4,
    ...raw,
  });
  if (!reading.ok) throw new Error(reading.reason);
  return reading;
}

const lamp = (over: Record<string, unknown> = {}): GroupReading => ({
  kind: 'group',
  snapshot: { item: item({ id: 7, ...over }), variations: [], readAt: NOW - 5 },
});

/** A variable product with so many variations, all with this stock. */
const variations = (count: number, stock_quantity: number): GroupReading => ({
  kind: 'group',
  snapshot: {
    item: item({ id: 7, type: 'variable' }),
    variations: Array.from({ length: count }, (_, i) =>
      item({ id: 100 + i, type: 'variation', parent_id: 7, stock_quantity }),
    ),
    readAt: NOW,
  },
});

function aClaim(over: Partial<Claim> = {}): Claim {
  return {
    storeId: store.id,
    groupId: 7,
    owner: 'worker',
    seq: 1,
    rev: NOW,
    markedAt: NOW,
    cause: 'webhook product.updated',
    attempts: 0,
    inDoubt: false,
    accepted: null,
    listingJson: null,
    rejected: false,
    failing: { ms: 0, at: null },
    ...over,
  };
}

/** The claim that comes after this result. */
function next(result: ClaimResult, over: Partial<Claim> = {}): Claim {
  if (result.kind !== 'agreed') throw new Error(`expected an agreement, got ${JSON.stringify(result)}`);
  const { contentHash, inventoryJson, listingJson } = result;
  return aClaim({ rev: NOW + 1, accepted: { rev: NOW, contentHash, inventoryJson }, listingJson, ...over });
}

interface World {
  readonly reading: GroupReading;
  readonly put?: SendOutcome;
  readonly post?: InventoryOutcome;
}

/** One step with fakes all around it. */
async function step(world: World, claim: Claim, of = store) {
  const puts: Product[] = [];
  const posts: (readonly Inventory[])[] = [];
  const parents: number[] = [];
  const events: ReconcileEvent[] = [];
  let reads = 0;
  const result = await reconcileGroup(
    {
      reader: {
        async read() {
          reads += 1;
          return world.reading;
        },
      },
      target: {
        async putProduct(vendor, product) {
          expect(vendor).toBe('lamps');
          puts.push(product);
          return world.put ?? { kind: 'accepted' };
        },
        postInventory: () => Promise.reject(new Error('the batcher posts')),
        close: async () => {},
      },
      batcher: {
        async submit(vendor, items) {
          expect(vendor).toBe('lamps');
          posts.push(items);
          return world.post ?? { kind: 'answered', statuses: items.map(() => 'accepted') };
        },
      },
      contextOf: async () => ({ currency: 'EUR', taxIncluded: true, settings: { backorders: 'deny' } }),
      markParent: async (_storeId, parentId) => void parents.push(parentId),
      observe: (event) => events.push(event),
      clock: () => NOW,
    },
    of,
    claim,
  );
  return { result, puts, posts, parents, events, reads };
}

/** A product that DSTNC has accepted. */
const accepted = async (reading = lamp()) => next((await step({ reading }, aClaim())).result);

describe('a reconcile step', () => {
  test('sends a product that DSTNC has not seen, whole, with the rev of the claim', async () => {
    const { result, puts, posts, events } = await step({ reading: lamp() }, aClaim());
    expect(puts).toMatchObject([
      {
        groupId: '7',
        rev: NOW,
        state: 'active',
        variants: [{ externalId: '7:0', inventory: { rev: NOW, quantity: 4 } }],
      },
    ]);
    expect(posts).toEqual([]);
    expect(result).toMatchObject({
      kind: 'agreed',
      readAt: NOW - 5,
      items: [{ itemId: 7, externalId: '7:0', title: 'Lamp', sku: '' }],
      sent: { history: [{ externalId: '7:0', cause: 'webhook product.updated', state: 'active', quantity: 4 }] },
    });
    expect(events.map(({ on }) => on)).toEqual(['read', 'send']);
  });

  test('sends nothing if nothing changed', async () => {
    const { result, puts, posts } = await step({ reading: lamp() }, await accepted());
    expect([puts, posts]).toEqual([[], []]);
    expect(result.kind).toBe('agreed');
    expect(result).not.toHaveProperty('sent');
  });

  test('sends only the stock if only the stock changed, and only of the items that changed', async () => {
    const sold = lamp({ stock_quantity: 3 });
    const { result, puts, posts } = await step({ reading: sold }, await accepted());
    expect(puts).toEqual([]);
    expect(posts).toMatchObject([[{ externalId: '7:0', rev: NOW + 1, quantity: 3, purchasable: true }]]);
    expect(result).toMatchObject({ kind: 'agreed', sent: { history: [{ quantity: 3 }] } });
    // The next step compares with what was sent now.
    expect((await step({ reading: sold }, next(result))).posts).toEqual([]);
    expect((await step({ reading: lamp() }, next(result))).posts).toHaveLength(1);
  });

  test('sends the whole product if its content changed, or its stock together with it', async () => {
    const { puts, posts } = await step({ reading: lamp({ name: 'Lamp!', stock_quantity: 1 }) }, await accepted());
    expect(puts).toMatchObject([{ title: 'Lamp!', variants: [{ inventory: { quantity: 1 } }] }]);
    expect(posts).toEqual([]);
  });

  test('sends more changed items than fit into one call as one product', async () => {
    const many = await step({ reading: variations(51, 2) }, await accepted(variations(51, 4)));
    expect([many.puts.length, many.posts.length]).toEqual([1, 0]);
    const few = await step({ reading: variations(50, 2) }, await accepted(variations(50, 4)));
    expect([few.puts.length, few.posts.map(({ length }) => length)]).toEqual([0, [50]]);
  });

  test.each(['unknown', 'stale', 'rejected'] as const)(
    'an item that DSTNC calls %s is settled by the whole product',
    async (status) => {
      const { result, puts, posts } = await step(
        { reading: lamp({ stock_quantity: 3 }), post: { kind: 'answered', statuses: [status] } },
        await accepted(),
      );
      expect([posts.length, puts.length]).toEqual([1, 1]);
      expect(puts).toMatchObject([{ variants: [{ inventory: { quantity: 3 } }] }]);
      expect(result).toMatchObject({ kind: 'agreed', sent: {} });
    },
  );

  test('a batch that DSTNC refuses as a whole may be the fault of another product in it: the product is sent', async () => {
    const { result, puts } = await step(
      { reading: lamp({ stock_quantity: 3 }), post: { kind: 'rejected', status: 422, reason: 'no' } },
      await accepted(),
    );
    expect(puts).toHaveLength(1);
    expect(result.kind).toBe('agreed');
  });

  test('a refusal after single items may have been taken leaves doubt', async () => {
    const world = {
      reading: lamp({ stock_quantity: 3 }),
      put: { kind: 'rejected', status: 422, reason: 'no' },
    } as const;
    const answered = await step({ ...world, post: { kind: 'answered', statuses: ['unknown'] } }, await accepted());
    expect(answered.result).toMatchObject({ kind: 'rejected', inDoubt: true });
    const refused = await step({ ...world, post: world.put }, await accepted());
    expect(refused.result).toMatchObject({ kind: 'rejected', inDoubt: false });
  });

  test('in doubt about what DSTNC holds, the whole product is sent though nothing seems to have changed', async () => {
    const { puts, posts } = await step({ reading: lamp() }, { ...(await accepted()), inDoubt: true });
    expect([puts.length, posts.length]).toEqual([1, 0]);
  });

  test('a newer rev at DSTNC: once more at once, above it, whole', async () => {
    const { result } = await step({ reading: lamp(), put: { kind: 'stale', heldRev: NOW + 99 } }, aClaim());
    expect(result).toMatchObject({ kind: 'retry', heldRev: NOW + 99, dueAt: NOW, inDoubt: true });
  });

  test('a refusal is kept with what was sent and what was answered', async () => {
    const { result } = await step(
      { reading: lamp(), put: { kind: 'rejected', status: 422, reason: 'no brand' } },
      aClaim(),
    );
    expect(result).toMatchObject({
      kind: 'rejected',
      rejection: { status: 422, reason: 'no brand', at: new Date(NOW).toISOString() },
      items: [{ externalId: '7:0' }],
    });
    const story = JSON.parse(result.kind === 'rejected' ? result.storyJson : '') as unknown;
    expect(story).toMatchObject({ product: { groupId: '7', rev: NOW }, answer: { status: 422, reason: 'no brand' } });
  });

  test.each([
    ['the product', aClaim(), 'put'],
    ['its stock', undefined, 'post'],
  ] as const)('DSTNC fails while %s is sent: tried again later, in doubt', async (_name, claim, call) => {
    const outage = { kind: 'retry', reason: 'DSTNC answered 503', outage: true, retryAfterMs: 7_000 } as const;
    const { result, puts } = await step(
      { reading: lamp({ stock_quantity: 3 }), [call]: outage },
      claim ?? (await accepted()),
    );
    expect(result).toMatchObject({
      kind: 'retry',
      waitingFor: 'DSTNC answered 503',
      dueAt: NOW + 7_000,
      inDoubt: true,
      listing: { items: [{ externalId: '7:0' }] },
    });
    expect(puts).toHaveLength(call === 'put' ? 1 : 0);
  });

  test('the store fails: tried again later with its reason, no sooner than it asks; DSTNC hears nothing', async () => {
    const failure = { kind: 'failure', reason: 'The store answered 503', outage: true } as const;
    const { result, puts, posts } = await step({ reading: failure }, await accepted());
    expect([puts, posts]).toEqual([[], []]);
    expect(result).toMatchObject({ kind: 'retry', waitingFor: 'The store answered 503', inDoubt: false });
    const due = (one: ClaimResult) => (one.kind === 'retry' ? one.dueAt - NOW : Number.NaN);
    expect(due(result)).toBeGreaterThan(0);
    expect(due(result)).toBeLessThanOrEqual(1_000);
    const asked = await step({ reading: { ...failure, retryAfterMs: 60_000 } }, aClaim());
    expect(due(asked.result)).toBe(60_000);
  });

  test('gone and never sent: forgotten', async () => {
    const { result, puts } = await step({ reading: { kind: 'gone', because: 'deleted' } }, aClaim());
    expect([result, puts]).toEqual([{ kind: 'forgotten' }, []]);
  });

  test('gone, and DSTNC has it or may have it: withdrawn with its last words', async () => {
    const known = await accepted();
    for (const claim of [known, { ...known, accepted: null, inDoubt: true }]) {
      const { result, puts } = await step({ reading: { kind: 'gone', because: 'trashed' } }, claim);
      expect(puts).toMatchObject([
        { groupId: '7', state: 'deleted', stateReason: 'trashed', title: 'Lamp', variants: [] },
      ]);
      expect(result).toMatchObject({
        kind: 'agreed',
        sent: { history: [{ externalId: '7:0', state: 'deleted', quantity: null, purchasable: null }] },
      });
    }
  });

  test('withdrawn once is enough, and what comes back is sent whole', async () => {
    const gone: GroupReading = { kind: 'gone', because: 'trashed' };
    const withdrawn = next((await step({ reading: gone }, await accepted())).result);
    expect((await step({ reading: gone }, withdrawn)).puts).toEqual([]);
    const back = await step({ reading: lamp() }, withdrawn);
    expect(back.puts).toMatchObject([{ state: 'active', title: 'Lamp', variants: [{ externalId: '7:0' }] }]);
  });

  test("a translation's id: the product that it translates is what changed, and it is no longer listed itself", async () => {
    const translation: GroupReading = { kind: 'translation', originalId: 3 };
    const { result, puts, parents } = await step({ reading: translation }, aClaim());
    expect([result.kind, puts, parents]).toEqual(['forgotten', [], [3]]);
    const was = await step({ reading: translation }, await accepted());
    expect(was.puts).toMatchObject([{ state: 'deleted', variants: [] }]);
    // A variation led to its product, and that to the product that it translates.
    const claim = aClaim({ cause: 'its variation changed' });
    expect((await step({ reading: translation }, claim)).parents).toEqual([3]);
  });

  test.each<[string, GroupReading]>([
    ['translation', { kind: 'translation', originalId: 3 }],
    ['variation', { kind: 'variation', parentId: 3 }],
  ])('a %s that leads back to where it came from is followed no further', async (what, reading) => {
    const { result, parents } = await step({ reading }, aClaim({ cause: 'its translation changed' }));
    expect(result).toMatchObject({ kind: 'retry', waitingFor: expect.stringContaining(`calls 7 a ${what} of 3`) });
    expect(parents).toEqual([]);
  });

  test("a variation's id: its product is what changed", async () => {
    const variation: GroupReading = { kind: 'variation', parentId: 3 };
    const { result, puts, parents } = await step({ reading: variation }, aClaim());
    expect([result, puts, parents]).toEqual([{ kind: 'forgotten' }, [], [3]]);
    const was = await step({ reading: variation }, await accepted());
    expect(was.parents).toEqual([3]);
    expect(was.puts).toMatchObject([{ groupId: '7', state: 'deleted' }]);
  });

  test('not seen yet: nothing is told; what was told before is withdrawn', async () => {
    expect(await step({ reading: { kind: 'unseen' } }, aClaim())).toMatchObject({
      result: { kind: 'forgotten' },
      puts: [],
    });
    expect((await step({ reading: { kind: 'unseen' } }, await accepted())).puts).toMatchObject([{ state: 'deleted' }]);
  });

  test('of a disconnected store withdraws without asking the store', async () => {
    const left = { ...store, disconnectedAt: NOW };
    const { puts, reads } = await step({ reading: lamp() }, await accepted(), left);
    expect(reads).toBe(0);
    expect(puts).toMatchObject([{ state: 'deleted', stateReason: 'disconnected', title: 'Lamp' }]);
    expect((await step({ reading: lamp() }, aClaim(), left)).result).toEqual({ kind: 'forgotten' });
  });

  test('tells only the items that changed in their history', async () => {
    const before = variations(3, 4);
    if (before.kind !== 'group') throw new Error('no group');
    const [first, second, third] = before.snapshot.variations as [StoreItem, StoreItem, StoreItem];
    const after: GroupReading = {
      kind: 'group',
      snapshot: {
        ...before.snapshot,
        variations: [
          first,
          { ...second, product: { ...second.product, stock_quantity: 1 } },
          { ...third, product: { ...third.product, price: null } },
        ],
      },
    };
    const { result } = await step({ reading: after }, await accepted(before));
    const history = result.kind === 'agreed' ? result.sent?.history : undefined;
    expect(history?.map(({ externalId, state, quantity }) => [externalId, state, quantity])).toEqual([
      ['7:101', 'active', 1],
      ['7:102', 'left out', null],
    ]);
  });
});
