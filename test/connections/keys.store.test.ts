import { createHmac, randomBytes } from 'node:crypto';
import { wantedWebhooks } from '@dstnc/receiver/stores/wanted-webhooks.ts';
import { keepWebhooks, STORE_TOPICS, type WebhookState } from '@dstnc/receiver/woocommerce/keep-webhooks.ts';
import { removeWebhooks } from '@dstnc/receiver/woocommerce/remove-webhooks.ts';
import type { StoreClient } from '@dstnc/receiver/woocommerce/store-client.ts';
import { createStoreClients } from '@dstnc/receiver/woocommerce/store-clients.ts';
import { doctorReport, verifySignature } from '@dstnc/shared';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Rig, startRig } from '../rig/start-rig.ts';
import { startStore } from '../store/start-store.ts';
import type { Store, StoreKeys } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { listenForWebhooks } from '../store/webhook-listener.ts';

/** The oldest, one before the Legacy API left, and the newest. */
const VERSIONS = ['3.9.1', '8.9.3', '11.0.1'];

for (const woocommerce of VERSIONS) {
  const availability = await storeAvailability({ woocommerce });
  const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

  describe.skipIf(!availability.available)(`WooCommerce ${woocommerce}, by its keys${skipped}`, () => {
    let store: Store;
    let rig: Rig;
    beforeAll(async () => {
      store = await startStore({ woocommerce });
    });
    afterAll(() => store?.stop());
    beforeEach(async () => {
      rig = await startRig();
    });
    afterEach(() => rig.stop());

    const connect = (over: Record<string, unknown> = {}) =>
      rig.api<Record<string, string>>('POST', '/v1/stores', {
        url: store.home,
        vendor: 'lamps',
        ...store.keys,
        ...over,
      });

    /** A key as WooCommerce's settings page makes it. */
    async function makeKey(permissions: string, role: string): Promise<StoreKeys> {
      const consumerKey = `ck_${randomBytes(20).toString('hex')}`;
      const consumerSecret = `cs_${randomBytes(20).toString('hex')}`;
      const name = `user-${randomBytes(4).toString('hex')}`;
      const user = await store.php<number>(
        `return wp_insert_user( array( 'user_login' => $args[0], 'user_pass' => wp_generate_password(), 'role' => $args[1] ) );`,
        { args: [name, role] },
      );
      const row = {
        user_id: user,
        description: 'By hand',
        permissions,
        consumer_key: createHmac('sha256', 'wc-api').update(consumerKey).digest('hex'),
        consumer_secret: consumerSecret,
        truncated_key: consumerKey.slice(-7),
      };
      await store.sql('INSERT INTO wp_woocommerce_api_keys SET ?', [row]);
      return { consumerKey, consumerSecret };
    }

    test('keys that read and write connect it, pasted with spaces, too; nothing in the shop is touched', async () => {
      const count = async () => (await store.wc('GET', 'products')).headers.get('x-wp-total');
      const before = await count();
      const { status, body } = await connect({
        url: ` ${store.home}/ `,
        consumerKey: `${store.keys.consumerKey} `,
        consumerSecret: ` ${store.keys.consumerSecret}\n`,
      });
      expect([status, body.url, body.state]).toEqual([201, store.home, 'importing']);
      expect(await count()).toBe(before);
      const again = await connect();
      expect([again.status, again.body.id]).toEqual([200, body.id]);
    });

    test("keys of a shop manager do, those that don't do are refused, each with its sentence", async () => {
      const refused = async (keys: StoreKeys): Promise<string> => {
        const { status, body } = await connect({ ...keys });
        expect([status, body.type]).toEqual([422, 'urn:dstnc:problem:store-refused']);
        expect(await rig.storage.stores.list()).toEqual([]);
        return String(body.detail);
      };
      const { consumerKey, consumerSecret } = store.keys;
      expect(await refused({ consumerKey: consumerSecret, consumerSecret: consumerKey })).toMatch(/swapped/);
      expect(await refused(await makeKey('read', 'administrator'))).toMatch(/only read.*Read\/Write/);
      expect(await refused(await makeKey('write', 'administrator'))).toMatch(/Read\/Write/);
      expect(await refused(await makeKey('read_write', 'customer'))).toMatch(/administrator or shop manager/);
      expect(await refused({ consumerKey, consumerSecret: `cs_${'0'.repeat(40)}` })).toMatch(/key/);
      expect((await connect({ ...(await makeKey('read_write', 'shop_manager')) })).status).toBe(201);
    });

    test('the doctor finds it well but for what it has, says which WooCommerce it is, and what is wrong with its key', async () => {
      const keys = await makeKey('read_write', 'shop_manager');
      const { id = '' } = (await connect({ ...keys })).body;
      const look = async () => {
        const { body } = await rig.api<unknown>('GET', `/v1/stores/${id}/doctor`);
        const { checks } = doctorReport.parse(body);
        return Object.fromEntries(checks.map((check) => [check.id, check]));
      };
      const well = await look();
      expect(Object.values(well).filter(({ status }) => status === 'problem')).toEqual([]);
      expect(well.woocommerce).toMatchObject({
        status: woocommerce.startsWith('3.') ? 'warning' : 'ok',
        title: `WooCommerce ${woocommerce} works with DSTNC.`,
      });
      // The harness has it on where it is a part of WooCommerce.
      const legacy = woocommerce.startsWith('11.') ? 'no' : 'yes';
      expect(well.legacy_api).toMatchObject({ status: 'ok', technical: `woocommerce_api_enabled: ${legacy}` });
      expect(well).toMatchObject({ filters: { status: 'ok' }, key: { status: 'ok' }, permissions: { status: 'ok' } });
      // Nobody has made them yet.
      expect(well.switched_on).toMatchObject({ status: 'warning' });

      const hash = createHmac('sha256', 'wc-api').update(keys.consumerKey).digest('hex');
      const key = 'wp_woocommerce_api_keys WHERE consumer_key = ?';
      const [row] = await store.sql(`SELECT user_id FROM ${key}`, [hash]);
      await store.sql("UPDATE wp_woocommerce_api_keys SET permissions = 'read' WHERE consumer_key = ?", [hash]);
      const readOnly = await look();
      expect(readOnly).toMatchObject({ key: { status: 'ok' }, permissions: { status: 'problem' } });
      expect(readOnly.permissions?.advice).toContain('Read/Write');
      await store.sql("UPDATE wp_woocommerce_api_keys SET permissions = 'read_write' WHERE consumer_key = ?", [hash]);
      await store.php("( new WP_User( (int) $args ) )->set_role( 'customer' );", { args: row?.user_id });
      expect(await look()).toMatchObject({ key: { status: 'ok' }, user: { status: 'problem' } });
      await store.sql(`DELETE FROM ${key}`, [hash]);
      expect(await look()).toMatchObject({ key: { status: 'problem' }, reachable: { status: 'ok' } });
    });

    describe('its webhooks', () => {
      let client: StoreClient;
      let close: () => Promise<void>;
      let webhookKey: string;
      beforeEach(async () => {
        const { body } = await connect();
        const clients = createStoreClients({ allowPrivate: true });
        const kept = await rig.storage.stores.byId(String(body.id));
        const made = kept && clients.of(kept);
        if (kept === null || made === null) throw new Error('it is not connected');
        [client, close, webhookKey] = [made, clients.close, kept.webhookKey];
      });
      afterEach(async () => {
        await removeWebhooks(client, 'wc/v3', webhookKey);
        await close();
      });

      /** As the receiver looks at them, some hours after the last time. */
      async function look(previous: WebhookState | null, hours = 0) {
        const [kept] = await rig.storage.stores.list();
        if (kept === undefined) throw new Error('it is not connected');
        const wanted = wantedWebhooks(kept, rig.service.publicUrl);
        const result = await keepWebhooks(client, wanted, { previous, now: Date.now() + hours * 3_600_000 });
        if (!result.ok) throw new Error(result.failure.message);
        return result;
      }
      const shown = async () =>
        (await store.wc('GET', 'webhooks?per_page=100')).body as {
          id: number;
          topic: string;
          status: string;
          name: string;
        }[];

      test('are made, found again, made again where one was deleted, and switched on again where one was given up', async () => {
        const first = await look(null);
        expect(first).toMatchObject({ did: { created: STORE_TOPICS.length }, doubt: false, state: { kind: 'active' } });
        const made = await shown();
        expect(made.map(({ topic }) => topic).sort()).toEqual([...STORE_TOPICS].sort());
        expect(new Set(made.map(({ status }) => status))).toEqual(new Set(['active']));
        expect(await look(first.state)).toMatchObject({ did: { created: 0, enabled: 0, removed: 0 }, doubt: false });

        const [one, another, third] = made;
        await store.wc('DELETE', `webhooks/${one?.id}?force=true`);
        await store.wc('PUT', `webhooks/${another?.id}`, { status: 'disabled' });
        await store.wc('PUT', `webhooks/${third?.id}`, { status: 'paused' });
        const second = await look(first.state, 1);
        expect(second).toMatchObject({
          did: { created: 1, enabled: 1, removed: 0 },
          doubt: true,
          state: { kind: 'paused' },
        });
        expect(second.state.detail).toContain(third?.name);
        const mended = await shown();
        expect(mended).toHaveLength(STORE_TOPICS.length);
        expect(mended.filter(({ status }) => status !== 'active').map(({ id }) => id)).toEqual([third?.id]);

        expect(await removeWebhooks(client, 'wc/v3', webhookKey)).toEqual({ ok: true, removed: STORE_TOPICS.length });
        expect(await shown()).toEqual([]);
      });

      test('tell what changes, signed with our secret, and of an order nothing but its number', async () => {
        const [kept] = await rig.storage.stores.list();
        const listener = await listenForWebhooks();
        try {
          if (kept === undefined) throw new Error('it is not connected');
          const wanted = wantedWebhooks(kept, listener.url.replace(/\/$/, ''));
          expect(await keepWebhooks(client, wanted, { previous: null, now: 0 })).toMatchObject({ ok: true });
          listener.take();
          const { body: product } = await store.wc('POST', 'products', { name: 'Lamp', regular_price: '10.00' });
          const shopper = { first_name: 'Anna', last_name: 'Berg', email: 'anna.berg@shopper.example' };
          const line_items = [{ product_id: product.id, quantity: 1 }];
          const { body: order } = await store.wc('POST', 'orders', { billing: shopper, line_items });
          await store.wc('PUT', `orders/${order.id}`, { status: 'completed' });
          await store.wc('POST', `orders/${order.id}/refunds`, { amount: '10.00', api_refund: false });
          await store.runQueue();

          const told = listener.take().map(({ headers, body }) => {
            const header = (name: string) => headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? '';
            expect(verifySignature(body, header('x-wc-webhook-signature'), [wanted.secret])).toBe(true);
            return { topic: header('x-wc-webhook-topic'), text: body.toString() };
          });
          expect(told.map(({ topic }) => topic)).toEqual(
            expect.arrayContaining([
              'product.created',
              'action.woocommerce_order_status_completed',
              'action.woocommerce_order_refunded',
            ]) as string[],
          );
          for (const { topic, text } of told) {
            expect(text).not.toMatch(/Anna|Berg|shopper\.example/);
            if (topic.startsWith('action.'))
              expect(JSON.parse(text)).toEqual({ action: expect.any(String) as string, arg: order.id });
          }
        } finally {
          await listener.stop();
        }
      });
    });
  });
}
