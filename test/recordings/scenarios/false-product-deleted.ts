import type { Scenario } from '../scenario.ts';

/** `product.deleted` hangs on wp_trash_post, which fires for posts of every type. */
export const falseProductDeleted: Scenario = {
  name: 'false-product-deleted',
  title: 'A page is trashed outside wp-admin, and WooCommerce says that a product was deleted',
  converges: 'webhooks',
  async play({ step, wc, store, watchProduct }) {
    let page = 0;
    await step('A product was created', () => wc('POST', 'products', { name: 'Lamp', regular_price: '10' }));
    await step('A page was published', async () => {
      page = await store.php<number>(
        "return wp_insert_post( array( 'post_type' => 'page', 'post_title' => 'About us', 'post_status' => 'publish' ) );",
      );
      watchProduct(page);
    });
    await step('The page was trashed over the REST API of WordPress', async () => {
      const answer = await store.rest('DELETE', `wp/v2/pages/${page}`);
      if (answer.status !== 200) throw new Error(answer.raw);
    });
    await step('The page was taken out of the trash', () =>
      store.php('return (bool) wp_untrash_post( $args );', { args: page }),
    );
  },
};
