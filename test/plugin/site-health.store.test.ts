import { describe, expect, test } from 'vitest';
import { storeAvailability } from '../store/store-availability.ts';
import type { WpAdminSession } from '../store/wp-admin-session.ts';
import type { HealthShop } from './health-shop.ts';
import { withHealthShop } from './with-health-shop.ts';

const woocommerce = process.env.STORE_WOOCOMMERCE ?? '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

interface Result {
  readonly label: string;
  readonly status: string;
  readonly description: string;
  readonly actions: string;
  readonly test: string;
}

describe.skipIf(!availability.available)(`Site Health and Status of a WooCommerce ${woocommerce}${skipped}`, () => {
  let shop: HealthShop;
  let admin: WpAdminSession;

  /** What Site Health's own page is given by WordPress. */
  const siteHealth = async () => {
    const page = await admin.get('/wp-admin/site-health.php');
    const data = JSON.parse(/var SiteHealth = (\{.*?\});\n/s.exec(page)?.[1] ?? '{}');
    const isOurs = ({ test }: { test: string }) => String(test).startsWith('dstnc');
    return {
      direct: (data.site_status.direct as Result[]).filter(isOurs),
      async: (data.site_status.async as Result[]).filter(isOurs),
      nonce: data.nonce.site_status as string,
    };
  };
  /** Our part of WooCommerce > Status. */
  const statusReport = async () =>
    /data-export-label="DSTNC"(.*?)<\/table>/s.exec(await admin.get('/wp-admin/admin.php?page=wc-status'))?.[1] ?? '';
  const outside = async (nonce: string) =>
    JSON.parse(await admin.get(`/wp-admin/admin-ajax.php?action=health-check-dstnc-outside&_wpnonce=${nonce}`));
  const tool = async (name: string) => {
    const page = await admin.get('/wp-admin/admin.php?page=wc-status&tab=tools');
    const nonce = /<form id="form_dstnc_check"[^>]*>[^>]*name="_wpnonce" value="([0-9a-f]+)"/.exec(page)?.[1];
    const after = await admin.get(`/wp-admin/admin.php?page=wc-status&tab=tools&action=${name}&_wpnonce=${nonce}`);
    return /<div class="(?:updated|error) inline"><p>(.*?)<\/p>/.exec(after)?.[1];
  };

  withHealthShop({ woocommerce }, (started, session) => {
    [shop, admin] = [started, session];
  });

  test('a shop that is not connected has no test of ours', async () => {
    expect(await siteHealth()).toMatchObject({ direct: [], async: [] });
    expect(await statusReport()).toContain('Not connected');
  });

  test('all that is fine is one line', async () => {
    await shop.connect();
    const { direct, async: later } = await siteHealth();
    expect(direct.filter(({ status }) => status === 'good')).toHaveLength(1);
    expect(direct.filter(({ status }) => status === 'critical')).toEqual([]);
    expect(later.map(({ test }) => test)).toEqual(['dstnc_outside']);
  });

  test('what is wrong is a line of its own, with what to do', async () => {
    await shop.store.sql("UPDATE wp_woocommerce_api_keys SET permissions = 'read' WHERE description LIKE 'DSTNC%'");
    const { direct } = await siteHealth();
    const [critical, ...others] = direct.filter(({ status }) => status === 'critical');
    expect(others).toEqual([]);
    expect(critical).toMatchObject({ label: 'DSTNC: DSTNC may not do all that it needs to', test: 'dstnc_key' });
    expect(critical?.description).toContain('Give DSTNC a new key.');
    expect(critical?.actions).toContain('/wp-admin/admin.php?page=dstnc');
    expect(await statusReport()).toContain('Give DSTNC a new key.');
    await shop.store.sql(
      "UPDATE wp_woocommerce_api_keys SET permissions = 'read_write' WHERE description LIKE 'DSTNC%'",
    );
  });

  test('the look from outside comes afterwards, and only to who may see it', async () => {
    const { nonce } = await siteHealth();
    expect(await outside(nonce)).toMatchObject({ success: true, data: { status: 'good', test: 'dstnc_outside' } });
    shop.dstnc.status = 503;
    const answer = await outside(nonce);
    expect(answer.data).toMatchObject({ status: 'critical' });
    expect(answer.data.label).toContain('DSTNC is out of order');
    shop.dstnc.status = 200;
    await expect(outside('wrong')).rejects.toThrow('403');
  });

  test('the tools check and repair', async () => {
    expect(await tool('dstnc_check')).toBe('All is well between your shop and DSTNC.');
    const [id]: number[] = await shop.run(
      'return array_values( Dstnc\\WooCommerce\\Plugin::instance()->connections()->current()->webhookIds );',
    );
    await shop.run('wc_get_webhook( $args )->delete( true );', id);
    expect(await tool('dstnc_check')).toBe('Some notifications to DSTNC are switched off: Switch them on again.');
    expect(await tool('dstnc_repair')).toBe('All is well between your shop and DSTNC.');
    expect((await shop.checks()).notifications?.status).toBe('ok');
  });

  test('our files are on our page only', async () => {
    const has = async (path: string, words: string) => (await admin.get(path)).includes(words);
    expect(await has('/wp-admin/', 'dstnc-for-woocommerce/build')).toBe(false);
    expect(await has('/wp-admin/admin.php?page=dstnc', 'dstnc-for-woocommerce/build')).toBe(true);
    expect(await has('/wp-admin/options-privacy.php?tab=policyguide', 'DSTNC for WooCommerce')).toBe(true);
    expect((await (await fetch(shop.store.home)).text()).includes('dstnc')).toBe(false);
  });
});
