import { detectAccess } from '@dstnc/receiver/woocommerce/detect-access.ts';
import type { StoreReading } from '@dstnc/receiver/woocommerce/read-group.ts';
import type { ApiVersion } from '@dstnc/receiver/woocommerce/store-access.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startStore } from '../store/start-store.ts';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { apiOf, fillShop, type ShopIds, told } from './api-shop.ts';

const REST: readonly ApiVersion[] = ['wc/v3', 'wc/v2', 'wc/v1'];
const LEGACY: readonly ApiVersion[] = ['legacy/v3', 'legacy/v2'];

describe.each([
  { woocommerce: '3.9.1', apis: [...REST, ...LEGACY] },
  { woocommerce: '8.9.3', apis: [...REST, ...LEGACY] },
  { woocommerce: '11.0.1', apis: REST },
])('WooCommerce $woocommerce', async ({ woocommerce, apis }) => {
  const available = await storeAvailability({ woocommerce });
  describe.skipIf(!available.available)(
    available.available ? 'through its APIs' : `(skipped: ${available.reason})`,
    () => {
      let store: Store;
      let ids: ShopIds;
      let expected: Map<number, StoreReading>;

      beforeAll(async () => {
        store = await startStore({ woocommerce });
        ids = await fillShop(store);
        const wcV3 = apiOf(store, 'wc/v3');
        expected = new Map();
        for (const id of Object.values(ids)) expected.set(id, await wcV3.readGroup(id));
      });
      afterAll(() => store?.stop());

      const shown = (reading: StoreReading | undefined) =>
        reading?.kind === 'group' ? told(reading.snapshot) : (reading ?? null);
      /** wc/v1 knows variations within their products only. */
      const wanted = (api: ApiVersion, reading: StoreReading): unknown =>
        api === 'wc/v1' && reading.kind === 'variation' ? { kind: 'gone', because: 'deleted' } : shown(reading);
      const nameOf = (id: number) => Object.keys(ids).find((name) => ids[name] === id);

      test('wc/v3 reads each of them as it is', () => {
        const kinds = Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, expected.get(id)?.kind]));
        expect(kinds).toMatchObject({ plain: 'group', trash: 'gone', gone: 'gone', 'variable-0': 'variation' });
        expect(expected.get(ids.trash as number)).toEqual({ kind: 'gone', because: 'trashed' });
        expect(expected.get(ids.gone as number)).toEqual({ kind: 'gone', because: 'deleted' });
      });

      test.each(apis)('%s reads them the same, one by one', async (api) => {
        const asked = apiOf(store, api);
        for (const [id, reading] of expected) {
          expect([nameOf(id), shown(await asked.readGroup(id))]).toEqual([nameOf(id), wanted(api, reading)]);
        }
      });

      test.each(apis)('%s reads them the same, all at once', async (api) => {
        const found = await detectAccess({ home: store.home, credentials: store.keys, allowPrivate: true });
        if (!found.ok) throw new Error(found.problem.message);
        const asked = apiOf(store, api, found.access);
        const reading = await asked.readGroups([...expected.keys()]);
        if (!reading.ok) throw new Error(reading.failure.message);
        for (const [id, one] of expected) {
          expect([nameOf(id), shown(reading.readings.get(id))]).toEqual([nameOf(id), wanted(api, one)]);
        }
      });

      test.each(apis)('%s says what the prices are in', async (api) => {
        const facts = await apiOf(store, api).facts();
        // wc/v1 has no route that tells; the Legacy API says that nothing includes tax as long as taxes are off, as they are here.
        const taxIncluded = api === 'wc/v1' ? null : !api.startsWith('legacy/');
        expect(facts).toEqual({ currency: api === 'wc/v1' ? null : 'EUR', taxIncluded });
      });
    },
  );
});
