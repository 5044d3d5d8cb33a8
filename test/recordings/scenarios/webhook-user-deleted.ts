import type { Scenario } from '../scenario.ts';

/** Payloads are built as the webhook's user; the webhook survives that user. */
export const webhookUserDeleted: Scenario = {
  name: 'webhook-user-deleted',
  title: "The user that the webhooks act as is deleted, and payloads say that it isn't allowed",
  // The error's body has no id. That of product.deleted is an id and nothing else, which anyone may see.
  converges: 'sweep',
  webhookUser: (store) =>
    store.php<number>(
      "return wp_insert_user( array( 'user_login' => 'manager', 'user_pass' => 'password', 'user_email' => 'manager@shop.example', 'role' => 'shop_manager' ) );",
    ),
  async play({ step, wc, store }) {
    let lamp = { id: 0 };
    let shade = { id: 0 };
    await step('Two products were created', async () => {
      lamp = await wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
      shade = await wc('POST', 'products', { name: 'Lamp shade', regular_price: '5' });
    });
    await step("The webhooks' user was deleted", () =>
      store.php(
        "require_once ABSPATH . 'wp-admin/includes/user.php'; return wp_delete_user( get_user_by( 'login', 'manager' )->ID );",
      ),
    );
    await step('The lamp was changed', () => wc('PUT', `products/${lamp.id}`, { regular_price: '12' }));
    await step('The shade was trashed', () => wc('DELETE', `products/${shade.id}`));
  },
};
