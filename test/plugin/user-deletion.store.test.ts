import { describe, expect, test } from 'vitest';
import { storeAvailability } from '../store/store-availability.ts';
import type { WpAdminSession } from '../store/wp-admin-session.ts';
import type { HealthShop } from './health-shop.ts';
import { withHealthShop } from './with-health-shop.ts';

const woocommerce = process.env.STORE_WOOCOMMERCE ?? '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

const NOTICE = 'DSTNC acts as Anna in this shop.';

describe.skipIf(!availability.available)(`deleting users of a WooCommerce ${woocommerce}${skipped}`, () => {
  let shop: HealthShop;
  let admin: WpAdminSession;
  let anna: number;
  let bert: number;

  /** The screen where deleting these users is confirmed. */
  const confirmation = async (...ids: number[]) => {
    const list = await admin.get('/wp-admin/users.php');
    const nonce = /name="_wpnonce" value="([^"]*)"/.exec(list)?.[1];
    const users = ids.map((id) => `users[]=${id}`).join('&');
    return admin.get(`/wp-admin/users.php?action=delete&${users}&_wpnonce=${nonce}`);
  };

  /** Our notice on a page; empty if there is none. */
  const said = (page: string) => /<div class="[^"]*dstnc-user-notice">(.*?)<\/div>/s.exec(page)?.[1] ?? '';

  withHealthShop({ woocommerce }, async (started, session) => {
    [shop, admin] = [started, session];
    anna = await shop.addUser('anna', 'shop_manager');
    bert = await shop.addUser('bert', 'shop_manager');
  });

  test('before anything is connected nothing is said', async () => {
    expect(said(await confirmation(anna))).toBe('');
  });

  test('whoever deletes the user of DSTNC is told what that ends, and can go on', async () => {
    await shop.connect(anna);
    const page = await confirmation(bert, anna);
    expect(said(page)).toContain(NOTICE);
    expect(said(page)).toContain('access ends at once');
    expect(said(page)).toContain('/wp-admin/admin.php?page=dstnc');
    expect(page.includes('Confirm Deletion')).toBe(true);
  });

  test('other users are nobody’s business', async () => {
    expect(said(await confirmation(bert))).toBe('');
    expect(said(await admin.get(`/wp-admin/user-edit.php?user_id=${bert}`))).toBe('');
  });

  test('the profile, where the role is changed, says so too', async () => {
    const page = await admin.get(`/wp-admin/user-edit.php?user_id=${anna}`);
    expect(said(page)).toContain(NOTICE);
    expect(said(page)).toContain('loses the role');
  });

  test('after the deletion the incident says how to go on', async () => {
    await shop.run('require_once ABSPATH . "wp-admin/includes/user.php"; wp_delete_user( $args );', anna);
    expect(await shop.incident()).toMatchObject({
      code: 'user',
      title: 'The user that DSTNC acted as was deleted',
      advice: 'Choose another user for DSTNC. Nothing else has to be set up again.',
      action: { label: 'Choose another user', do: 'rotate' },
    });
    expect((await admin.get('/wp-admin/users.php')).includes('DSTNC: The user that DSTNC acted as was deleted.')).toBe(
      true,
    );
  });

  test('a copy of the shop says nothing', async () => {
    await shop.connect(bert);
    expect(said(await confirmation(bert))).toContain('DSTNC acts as Bert');
    await shop.run(`
      $site         = get_option( 'dstnc_site' );
      $site['home'] = base64_encode( 'https://live.example' );
      update_option( 'dstnc_site', $site );`);
    expect(said(await confirmation(bert))).toBe('');
  });
});
