import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { walkById } from '../walk-by-id.ts';
import { type ScannedList, scanChanges } from './scan-changes.ts';
import { readPlace } from './scan-place.ts';

const PER_PAGE = 5;

/** A shop whose clock goes on by hand, seconds since 1970, and when each of its products was modified. */
let now: number;
let products: Map<number, number>;
let asked: number;

beforeEach(() => {
  now = 1_780_000_000;
  products = new Map();
  asked = 0;
});

const sorted = () =>
  [...products]
    .map(([id, modified]) => ({ id, groupId: id, modified }))
    .sort((a, b) => a.modified - b.modified || b.id - a.id);

const list: ScannedList = {
  async newest() {
    return { ok: true, second: Math.min(sorted().at(-1)?.modified ?? 0, now) };
  },
  async since(after) {
    asked += 1;
    const all = sorted().filter(({ modified }) => modified > after);
    return { ok: true, entries: all.slice(0, PER_PAGE), full: all.length > PER_PAGE, clock: now };
  },
  within(second, place, onEntry) {
    return walkById(place, {
      perPage: PER_PAGE,
      async read(offset, count) {
        asked += 1;
        const all = sorted()
          .filter(({ modified }) => modified === second)
          .sort((a, b) => a.id - b.id);
        const page = all.slice(offset, offset + count);
        for (const entry of page) if (entry.id > place.cursor) onEntry(entry);
        return { ok: true, ids: page.map(({ id }) => id), total: all.length };
      },
    });
  },
};

/** Polls to the end. */
async function poll(cursor: string): Promise<{ told: Set<number>; cursor: string }> {
  const told = new Set<number>();
  for (let next = cursor; ; ) {
    const read = await scanChanges([list], next);
    if (!read.ok) throw new Error(read.failure.message);
    for (const id of read.groupIds) told.add(id);
    next = read.next;
    if (!read.more) return { told, cursor: next };
  }
}

async function begin(): Promise<string> {
  const begun = await scanChanges([list], null);
  expect(begun).toMatchObject({ ok: true, reset: true, groupIds: [] });
  return begun.ok ? begun.next : '';
}

describe('what changed, by modification dates', () => {
  test('is told, and an idle shop is one request with nothing in it', async () => {
    products.set(1, now);
    let { cursor } = await poll(await begin());
    now += 60;
    products.set(2, now);
    now += 10;
    const found = await poll(cursor);
    expect(found.told).toContain(2);
    now += 60;
    ({ cursor } = await poll(found.cursor));
    asked = 0;
    expect((await poll(cursor)).told.size).toBe(0);
    expect(asked).toBe(1);
  });

  test('is told again when it changes again within the second in which it was told', async () => {
    const start = await begin();
    products.set(1, now);
    const first = await poll(start);
    expect(first.told).toEqual(new Set([1]));
    // The same second: its date stays.
    expect((await poll(first.cursor)).told).toEqual(new Set([1]));
  });

  test('is told again after a save that took its time between the date and the stock', async () => {
    const start = await begin();
    products.set(1, now);
    now += 25;
    // Read while the stock isn't written yet.
    const first = await poll(start);
    now += 60;
    const second = await poll(first.cursor);
    expect([first.told, second.told]).toEqual([new Set([1]), new Set([1])]);
    expect((await poll(second.cursor)).told.size).toBe(0);
  });

  test('comes through more products of one second than a page holds', async () => {
    const start = await begin();
    for (let id = 1; id <= 23; id++) products.set(id, now);
    products.set(99, now + 1);
    now += 40;
    const { told, cursor } = await poll(start);
    expect([...told].sort((a, b) => a - b)).toEqual([...Array.from({ length: 23 }, (_, i) => i + 1), 99]);
    // And they are told once, though each poll meets them again for a while.
    expect((await poll(cursor)).told.size).toBe(0);
    now += 60;
    products.set(100, now);
    expect((await poll(cursor)).told).toContain(100);
  });

  test('is told though a date of the far future was seen before', async () => {
    const start = await begin();
    products.set(1, now + 1_000_000);
    const { cursor } = await poll(start);
    now += 60;
    products.set(2, now);
    expect((await poll(cursor)).told).toContain(2);
  });

  test.each([['42'], ['m1|x'], ['w1|0::|0.0.0'], ['m1|0::|0::'], ['']])(
    'a cursor %j is none of ours',
    async (cursor) => {
      expect(await scanChanges([list], cursor)).toMatchObject({ ok: true, reset: true, groupIds: [] });
    },
  );

  test('nothing is lost, whenever it changes and whenever it is polled', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            wait: fc.constantFrom(0, 0, 1, 2, 30, 300),
            ids: fc.array(fc.integer({ min: 1, max: 30 })),
            polls: fc.boolean(),
          }),
          { maxLength: 30 },
        ),
        async (steps) => {
          products = new Map();
          let cursor = await begin();
          const due = new Set<number>();
          for (const { wait, ids, polls } of [...steps, { wait: 5, ids: [], polls: true }]) {
            now += wait;
            for (const id of ids) {
              products.set(id, now);
              due.add(id);
            }
            if (!polls) continue;
            const read = await poll(cursor);
            ({ cursor } = read);
            for (const id of due) expect(read.told).toContain(id);
            due.clear();
            expect(readPlace(cursor.split('|')[1] ?? '')).not.toBeNull();
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
