import type { Scenario } from '../scenario.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

/** A product leaves for the trash and comes back. */
export const trashUntrash: Scenario = {
  name: 'trash-untrash',
  title: 'A simple and a variable product are trashed, restored and published again',
  converges: 'webhooks',
  async play(stage) {
    const { step, wc, store } = stage;
    let shade = { id: 0 };
    let lamp: VariableLamp = { id: 0, red: 0, blue: 0 };
    await step('A simple and a variable product were created', async () => {
      shade = await wc('POST', 'products', { name: 'Lamp shade', regular_price: '10' });
      lamp = await createVariableLamp(stage);
    });
    await step('The simple product was trashed', () => wc('DELETE', `products/${shade.id}`));
    await step('The variable product was trashed', () => wc('DELETE', `products/${lamp.id}`));
    await step('The simple product was taken out of the trash', () =>
      store.php('return (bool) wp_untrash_post( $args );', { args: shade.id }),
    );
    await step('The variable product was taken out of the trash', () =>
      store.php('return (bool) wp_untrash_post( $args );', { args: lamp.id }),
    );
    // Since WordPress 5.6 an untrashed post is a draft, unless a plugin says otherwise.
    await step('Both were published', async () => {
      await wc('PUT', `products/${shade.id}`, { status: 'publish' });
      await wc('PUT', `products/${lamp.id}`, { status: 'publish' });
    });
  },
};
