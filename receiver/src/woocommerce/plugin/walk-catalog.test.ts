import { describe, expect, test } from 'vitest';
import type { StoreClient } from '../store-client.ts';
import { walkCatalog } from './walk-catalog.ts';

function shopWith(body: unknown): StoreClient {
  const get = async () => ({ ok: true, status: 200, body, headers: {}, durationMs: 1 });
  return { get } as unknown as StoreClient;
}
const groups = (from: number, count: number) => Array.from({ length: count }, (_, i) => ({ groupId: from + i }));
const START = { cursor: 0, walked: 0 };

describe('a page of a walk', () => {
  test.each([
    ['in the middle', START, { groups: groups(1, 1_000), next: 1_000, total: 2_500 }],
    ['at the end', { cursor: 2_000, walked: 2_000 }, { groups: groups(2_001, 500), next: null, total: 2_500 }],
    ['of an empty shop', START, { groups: [], next: null, total: 0 }],
    ['after some were deleted', { cursor: 2_000, walked: 2_000 }, { groups: [], next: null, total: 1_900 }],
    ['after some came back', { cursor: 2_000, walked: 2_000 }, { groups: groups(2_001, 1), next: null, total: 2_200 }],
    ['in a shop that grows', { cursor: 900, walked: 900 }, { groups: groups(901, 1_000), next: 1_900, total: 950 }],
  ])('%s leads on', async (_name, held, page) => {
    expect(await walkCatalog(shopWith(page), held)).toMatchObject({
      ok: true,
      groupIds: { length: page.groups.length },
    });
  });

  test.each([
    ['is no page', START, { groups: 'many', next: null, total: 1 }],
    ['does not say whether it is the last', START, { groups: groups(1, 5), total: 5 }],
    ['does not say how many there are', START, { groups: groups(1, 5), next: null }],
    ['is empty and not the last', START, { groups: [], next: 1, total: 5 }],
    ['goes back', { cursor: 9, walked: 9 }, { groups: groups(9, 1), next: null, total: 9 }],
    ['is empty, of a shop that is not', START, { groups: [], next: null, total: 5 }],
    ['ends early', START, { groups: groups(1, 80), next: null, total: 90 }],
    ['ends early after others', { cursor: 1_000, walked: 1_000 }, { groups: [], next: null, total: 2_500 }],
    [
      'goes on far beyond the end',
      { cursor: 5_000, walked: 5_000 },
      { groups: groups(5_001, 1), next: 5_001, total: 5 },
    ],
  ])('that %s is asked for again', async (_name, held, page) => {
    expect(await walkCatalog(shopWith(page), held)).toMatchObject({
      ok: false,
      failure: { kind: 'mismatch', retryable: true },
    });
  });
});
