import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Store } from '../store/store.ts';
import { storeAvailability } from '../store/store-availability.ts';
import { until } from '../store/until.ts';
import { ConnectedShop } from './connected-shop.ts';
import { createLamp } from './create-lamp.ts';
import { minutesPass } from './minutes-pass.ts';
import { callPageAs } from './page-calls.ts';

const woocommerce = '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

describe.skipIf(!availability.available)(`permalinks that are switched after connecting${skipped}`, () => {
  let shop: ConnectedShop;
  let store: Store;
  let lamp: number;

  beforeAll(async () => {
    shop = await ConnectedShop.start({
      store: { woocommerce, permalinks: 'pretty', debug: true },
      name: 'permalinks',
      fill: async (empty) => {
        lamp = await createLamp(empty, 50);
      },
    });
    store = shop.store;
    await sell(49);
  });
  afterAll(async () => expect(await shop?.stop()).toBe(''));

  const sell = async (quantity: number) => {
    await store.php('return wc_update_product_stock( wc_get_product( $args[0] ), $args[1] );', {
      args: [lamp, quantity],
      where: 'server',
    });
    await shop.arrives(lamp, quantity, 30_000);
  };
  /** As Settings > Permalinks does. */
  const switchTo = (structure: string) =>
    store.php(
      'global $wp_rewrite; $wp_rewrite->set_permalink_structure( $args ); $wp_rewrite->flush_rules(); return 1;',
      {
        args: structure,
        where: 'server',
      },
    );
  const look = () =>
    store.php(`${minutesPass(5)} do_action( 'dstnc_health' ); return true;`, { user: 0, where: 'server' });
  /** Whether the REST API is where it was when the shop was connected. With plain permalinks there is the front page. */
  const isWhereItWas = async () =>
    (await fetch(`${store.home}/wp-json/`)).headers.get('content-type')?.includes('application/json');
  const activity = async (): Promise<string[]> =>
    (await callPageAs(store, 1, 'GET', 'activity')).body.entries.map(({ text }: { text: string }) => text);
  const keys = () => store.sql("SELECT key_id FROM wp_woocommerce_api_keys WHERE description LIKE 'DSTNC%'");

  test('a look comes soon, and DSTNC is told the new address and goes on reading', async () => {
    const before = await keys();
    expect(await isWhereItWas()).toBe(true);
    await switchTo('');
    expect(await isWhereItWas()).toBe(false);
    const looks = await store.sql(
      `SELECT args FROM wp_actionscheduler_actions WHERE hook = 'dstnc_health' AND status = 'pending' AND args = '["soon"]'`,
    );
    expect(looks).toHaveLength(1);
    await look();
    await sell(48);
    expect(await activity()).toContainEqual(expect.stringContaining('DSTNC knows the new one.'));
    expect((await callPageAs(store, 1, 'GET', 'state')).body.incident).toBeNull();
    // The key is a new one, and the only one.
    const after = await keys();
    expect(after).toHaveLength(1);
    expect(after).not.toEqual(before);
    // There is nothing more to tell.
    await look();
    expect(await keys()).toEqual(after);
  });

  test('soon after, it is not done behind the vendor’s back once more, but Repair does it', async () => {
    await switchTo('/%postname%/');
    const before = await keys();
    await look();
    expect(await keys()).toEqual(before);
    expect((await callPageAs(store, 1, 'POST', 'connection/repair')).status).toBe(200);
    expect(await keys()).not.toEqual(before);
    await sell(47);
  });

  test('DSTNC can’t be told: the cause is named, and what to do', async () => {
    await store.php("delete_option( 'dstnc_moves' ); return 1;");
    await switchTo('');
    const silent = `add_filter( 'pre_http_request', static fn( $answer, $args ) => 'PATCH' === $args['method'] ? new WP_Error( 'http_request_failed', 'cURL error 7' ) : $answer, 10, 2 );`;
    await store.php(`${silent} do_action( 'dstnc_health' ); return 1;`, { user: 0, where: 'server' });
    expect((await activity())[0]).toContain('could not be told the new one');
    await store.php('return wc_update_product_stock( wc_get_product( $args ), 46 );', { args: lamp, where: 'server' });
    // DSTNC tries a few times before it says that a shop can't be read.
    await until(
      'the shop to notice',
      async () => {
        await look();
        return (await callPageAs(store, 1, 'GET', 'state')).body.incident !== null;
      },
      60_000,
    );
    expect((await callPageAs(store, 1, 'GET', 'state')).body.incident).toMatchObject({
      code: 'receiver',
      advice: expect.stringContaining('Tell DSTNC the new address.'),
      action: { do: 'repair' },
    });
    expect((await callPageAs(store, 1, 'POST', 'connection/repair')).status).toBe(200);
    await sell(45);
  });
});
