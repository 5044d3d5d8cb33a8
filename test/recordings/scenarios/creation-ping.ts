import type { Scenario } from '../scenario.ts';

/** The request that asks whether anyone is there: no JSON, no signature. */
export const creationPing: Scenario = {
  name: 'creation-ping',
  title: 'Webhooks are registered over REST and by a plugin, and paused and resumed',
  converges: 'webhooks',
  async play({ step, wc, store, webhookUrl, webhookSecret }) {
    let registered = { id: 0 };
    await step('A webhook was registered over REST', async () => {
      registered = await wc('POST', 'webhooks', {
        name: 'By REST',
        topic: 'product.updated',
        delivery_url: webhookUrl,
        secret: webhookSecret,
      });
    });
    await step('It was paused and resumed', async () => {
      await wc('PUT', `webhooks/${registered.id}`, { status: 'paused' });
      await wc('PUT', `webhooks/${registered.id}`, { status: 'active' });
    });
    await step('A webhook was registered by a plugin, which only saves it', () =>
      store.php(
        `$webhook = new WC_Webhook();
        $webhook->set_props( array( 'name' => 'By a plugin', 'topic' => 'product.created', 'user_id' => 1, 'status' => 'active',
          'delivery_url' => $args['url'], 'secret' => $args['secret'], 'api_version' => 'wp_api_v3', 'pending_delivery' => true ) );
        return $webhook->save();`,
        { args: { url: webhookUrl, secret: webhookSecret } },
      ),
    );
    await step('A product was created', () => wc('POST', 'products', { name: 'Lamp', regular_price: '10' }));
  },
};
