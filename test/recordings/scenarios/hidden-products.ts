import { WpAdminSession } from '../../store/wp-admin-session.ts';
import type { Scenario } from '../scenario.ts';

/** What keeps a product from being seen or bought. */
export const hiddenProducts: Scenario = {
  name: 'hidden-products',
  title: 'Products are private, behind a password, without a price, or left out of the catalogue',
  converges: 'webhooks',
  async play({ step, wc, store }) {
    const admin = await WpAdminSession.logIn(store);
    let lamp = { id: 0 };
    const change = (fields: object) => wc('PUT', `products/${lamp.id}`, fields);
    await step('A product was created', async () => {
      lamp = await wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
    });
    // By quick edit: not every version takes a password over REST. What the form leaves out it would take away.
    const setPassword = (password: string) =>
      admin.quickEditProduct(lamp.id, {
        post_title: 'Lamp',
        post_name: 'lamp',
        post_password: password,
        _regular_price: '10',
        _visibility: 'visible',
        _stock_status: 'instock',
        _tax_status: 'taxable',
      });
    await step('It was put behind a password', () => setPassword('open'));
    await step('The password was removed', () => setPassword(''));
    await step('It was made private', () => change({ status: 'private' }));
    await step('It was made public', () => change({ status: 'publish' }));
    await step('Its price was removed', () => change({ regular_price: '' }));
    await step('Its price was set to 0', () => change({ regular_price: '0' }));
    await step('It was hidden from the catalogue and the search', () => change({ catalog_visibility: 'hidden' }));
    await step('It was shown in the search alone', () => change({ catalog_visibility: 'search' }));
  },
};
