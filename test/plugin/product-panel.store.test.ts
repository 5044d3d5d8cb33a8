import { describe, expect, test } from 'vitest';
import { storeAvailability } from '../store/store-availability.ts';
import type { WpAdminSession } from '../store/wp-admin-session.ts';
import type { HealthShop } from './health-shop.ts';
import { withHealthShop } from './with-health-shop.ts';

const woocommerce = process.env.STORE_WOOCOMMERCE ?? '11.0.1';
const availability = await storeAvailability({ woocommerce });
const skipped = availability.available ? '' : ` (skipped: ${availability.reason})`;

describe.skipIf(!availability.available)(`the panel on a product of WooCommerce ${woocommerce}${skipped}`, () => {
  let shop: HealthShop;
  let admin: WpAdminSession;

  /** The panel's words; empty if there is none. */
  const panel = async (id: number) => {
    const page = await admin.get(`/wp-admin/post.php?post=${id}&action=edit`);
    const box = /<div id="dstnc-product"[\s\S]*?<div class="inside">([\s\S]*?)<\/div>/.exec(page)?.[1] ?? '';
    return {
      html: box,
      text: box
        .replaceAll(/<[^>]*>/g, ' ')
        .replaceAll(/\s+/g, ' ')
        .trim(),
    };
  };
  const create = async (product: Readonly<Record<string, unknown>>): Promise<number> => {
    const answer = await shop.store.wc('POST', 'products', product);
    expect(answer.status).toBe(201);
    return answer.body.id;
  };

  withHealthShop({ woocommerce }, (started, session) => {
    [shop, admin] = [started, session];
  });

  test('is not there before the shop is connected', async () => {
    const id = await create({ name: 'Lamp', regular_price: '10' });
    expect((await panel(id)).html).toBe('');
  });

  test('says that a product can be bought, without asking DSTNC', async () => {
    await shop.connect();
    const id = await create({ name: 'Lamp', regular_price: '10', manage_stock: true, stock_quantity: 3 });
    shop.dstnc.calls.length = 0;
    const { html, text } = await panel(id);
    expect(text).toContain('Can be bought on DSTNC');
    expect(html).toMatch(new RegExp(`/wp-admin/admin\\.php\\?page=dstnc&[#\\w]+;product=${id}%3A0`));
    expect(shop.dstnc.calls.filter(({ method }) => method === 'GET')).toEqual([]);
  });

  test.each([
    [{ manage_stock: true, stock_quantity: 0 }, /quantity is 0/],
    [{ stock_status: 'outofstock' }, /stock/i],
    [{ status: 'draft' }, /draft|published/i],
  ])('says why %j can’t', async (fields, why) => {
    const id = await create({ name: 'Lamp', regular_price: '10', ...fields });
    const { text } = await panel(id);
    expect(text).toContain('Not purchasable on DSTNC');
    expect(text).toMatch(why);
  });

  test('counts a variable product’s variations, and names those that can’t be bought', async () => {
    const id = await create({
      name: 'Lamp "Oslo"',
      type: 'variable',
      attributes: [{ name: 'Colour', variation: true, visible: true, options: ['black', 'white', 'red'] }],
    });
    for (const [option, quantity] of Object.entries({ black: 0, white: 2, red: 1 })) {
      const made = await shop.store.wc('POST', `products/${id}/variations`, {
        regular_price: '10',
        manage_stock: true,
        stock_quantity: quantity,
        attributes: [{ name: 'Colour', option }],
      });
      expect(made.status).toBe(201);
    }
    const { html, text } = await panel(id);
    expect(text).toContain('2 of 3 variations can be bought on DSTNC');
    expect(text).toMatch(/black/i);
    expect(text).not.toMatch(/white/i);
    expect(html.match(/<li>/g)).toHaveLength(1);
  });

  test('asks the database no more for a hundred variations than for ten', async () => {
    const queries = (count: number): Promise<{ queries: number; html: string }> =>
      shop.run(
        `$product = new WC_Product_Variable();
        $size = new WC_Product_Attribute();
        $size->set_name( 'Size' );
        $size->set_options( array_map( 'strval', range( 1, $args ) ) );
        $size->set_variation( true );
        $product->set_props( array( 'name' => 'Big', 'attributes' => array( $size ) ) );
        $id = $product->save();
        foreach ( range( 1, $args ) as $n ) {
          $variation = new WC_Product_Variation();
          $variation->set_props( array( 'parent_id' => $id, 'attributes' => array( 'size' => (string) $n ), 'regular_price' => '5', 'stock_status' => 1 === $n ? 'outofstock' : 'instock' ) );
          $variation->save();
        }
        wp_cache_flush();
        wp_load_alloptions();
        $post   = get_post( $id );
        $before = $GLOBALS['wpdb']->num_queries;
        ob_start();
        Dstnc\\WooCommerce\\Plugin::instance()->productPanel()->show( $post );
        return array( 'html' => ob_get_clean(), 'queries' => $GLOBALS['wpdb']->num_queries - $before );`,
        count,
      );
    const few = await queries(10);
    const many = await queries(100);
    expect(few.html).toContain('9 of 10 variations');
    expect(many.html).toContain('99 of 100 variations');
    expect(many.queries).toBeLessThanOrEqual(few.queries + 2);
    expect(many.queries).toBeLessThan(40);
  });

  test('a new product has a word, and no notice', async () => {
    const page = await admin.get('/wp-admin/post-new.php?post_type=product');
    expect(page.includes('Once you have saved the product')).toBe(true);
  });
});
