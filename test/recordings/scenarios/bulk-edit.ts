import { WpAdminSession } from '../../store/wp-admin-session.ts';
import type { Scenario } from '../scenario.ts';

/** Many products changed at once, by the screens of wp-admin. */
export const bulkEdit: Scenario = {
  name: 'bulk-edit',
  title: 'Twelve products are edited and trashed in bulk in wp-admin, and at once over REST',
  converges: 'webhooks',
  async play({ step, wc, store }) {
    const admin = await WpAdminSession.logIn(store);
    const ids: number[] = [];
    await step('Twelve products were created', async () => {
      for (let number = 1; number <= 12; number += 1) {
        const { id } = await wc('POST', 'products', { name: `Lamp ${number}`, regular_price: '10' });
        ids.push(id);
      }
    });
    await step('Their price was raised by 2 in bulk', () =>
      admin.bulkEditProducts(ids, { change_regular_price: '2', _regular_price: '2' }),
    );
    await step('Stock management was switched on for all of them, with 6 each', () =>
      admin.bulkEditProducts(ids, { _manage_stock: 'yes', change_stock: '1', _stock: '6' }),
    );
    await step('Seven of them were trashed in bulk', () => admin.trashProducts(ids.slice(0, 7)));
    await step('All changed at once over REST', () =>
      wc('POST', 'products/batch', { update: ids.slice(7).map((id) => ({ id, regular_price: '20' })) }),
    );
  },
};
