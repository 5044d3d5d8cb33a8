import type { Scenario } from '../scenario.ts';

/** Other plugins that edit the post behind a product: `date_modified` moves, but nothing is sent. */
export const editedPastWoocommerce: Scenario = {
  name: 'edited-past-woocommerce',
  title: "Another plugin edits a product's title, password and status as those of a mere post",
  converges: 'sweep',
  async play({ step, wc, store }) {
    let lamp = { id: 0 };
    let shade = { id: 0 };
    const edit = (id: number, fields: object) =>
      store.php('return wp_update_post( $args );', { args: { ID: id, ...fields } });
    await step('Two products were created', async () => {
      lamp = await wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
      shade = await wc('POST', 'products', { name: 'Lamp shade', regular_price: '5' });
    });
    await step('The title was changed', () => edit(lamp.id, { post_title: 'Table lamp' }));
    await step('The lamp was put behind a password', () => edit(lamp.id, { post_password: 'open' }));
    await step('The shade was made a draft', () => edit(shade.id, { post_status: 'draft' }));
  },
};
