import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type PlacedList, walkById } from './walk-by-id.ts';

/** A list that something happens to before each answer. */
function listOf(ids: Set<number>, { perPage = 5, total = true, before = () => {} } = {}): PlacedList {
  return {
    perPage,
    async read(offset, count) {
      before();
      const all = [...ids].sort((a, b) => a - b);
      return { ok: true, ids: all.slice(offset, offset + count), total: total ? all.length : null };
    },
  };
}

async function walkAll(list: PlacedList): Promise<number[]> {
  const seen: number[] = [];
  for (let place = { cursor: 0, walked: 0 }; ; ) {
    const page = await walkById(place, list);
    if (!page.ok) throw new Error(page.failure.message);
    seen.push(...page.groupIds);
    if (page.next === null) return seen;
    place = { cursor: page.next, walked: place.walked + page.groupIds.length };
  }
}

describe('a walk by id', () => {
  test.each([0, 1, 4, 5, 6, 9, 10, 11, 23])(
    'comes through %i products once each, with and without a total',
    async (count) => {
      const ids = Array.from({ length: count }, (_, i) => i * 3 + 1);
      for (const total of [true, false]) expect(await walkAll(listOf(new Set(ids), { total }))).toEqual(ids);
    },
  );

  test('sees whatever is there from its beginning to its end, whatever else comes, goes and comes back meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 60 }),
        fc.array(fc.tuple(fc.constantFrom('go', 'come', 'back'), fc.integer({ min: 1, max: 400 })), { maxLength: 60 }),
        fc.boolean(),
        async (start, steps, total) => {
          const ids = new Set(start);
          const trash = new Set<number>();
          const stayed = new Set(start);
          const pending = [...steps];
          const before = () => {
            const [what, id] = pending.shift() ?? ['', 0];
            if (what === 'go' && ids.delete(id)) {
              stayed.delete(id);
              trash.add(id);
            }
            if (what === 'come') ids.add(Math.max(400, ...ids) + 1);
            if (what === 'back' && trash.delete(id)) ids.add(id);
          };
          const seen = await walkAll(listOf(ids, { total, before }));
          for (const id of stayed) expect(seen).toContain(id);
          expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('goes on from a place alone, though all that was seen is gone', async () => {
    const page = await walkById({ cursor: 50, walked: 50 }, listOf(new Set([51, 52, 53])));
    expect(page).toMatchObject({ ok: true, groupIds: [51, 52, 53], next: null });
  });

  test.each([
    ['that is in another order', [3, 2, 1]],
    ['with the same product twice', [1, 1, 2]],
  ])('a list %s is no list', async (_what, ids) => {
    const read = async () => ({ ok: true as const, ids, total: 3 });
    expect(await walkById({ cursor: 0, walked: 0 }, { perPage: 5, read })).toMatchObject({
      ok: false,
      failure: { kind: 'mismatch', retryable: true },
    });
  });

  test('of a list that is the same wherever it is asked comes to an end', async () => {
    const read = async () => ({ ok: true as const, ids: [7, 8, 9], total: 900 });
    expect(await walkById({ cursor: 9, walked: 3 }, { perPage: 3, read })).toMatchObject({ ok: false });
  });
});
