import type { Scenario } from '../scenario.ts';

/** Payloads are built as the webhook's user; the webhook survives that user. */
export const webhookUserDeleted: Scenario = {
  name: 'webhook-user-deleted',
  title: "The user that the webhooks act as is deleted, and payloads say that it isn't allowed",
  // The error's body has no id.
  converges: 'sweep',
  webhookUser: (store) =>
    store.php<number>(
      "return wp_insert_user( array( 'user_login' => 'manager', 'user_pass' => 'password', 'user_email' => 'manager@shop.example', 'role' => 'shop_manager' ) );",
    ),
  async play({ step, wc, store }) {
    let lamp = { id: 0 };
    await step('A product was created', async () => {
      lamp = await wc('POST', 'products', { name: 'Lamp', regular_price: '10' });
    });
    await step("The webhooks' user was deleted", () =>
      store.php(
        "require_once ABSPATH . 'wp-admin/includes/user.php'; return wp_delete_user( get_user_by( 'login', 'manager' )->ID );",
      ),
    );
    await step('The product was changed', () => wc('PUT', `products/${lamp.id}`, { regular_price: '12' }));
    await step('The product was trashed', () => wc('DELETE', `products/${lamp.id}`));
  },
};
