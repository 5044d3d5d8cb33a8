import { until } from '../../store/until.ts';
import type { Scenario } from '../scenario.ts';
import { createVariableLamp, type VariableLamp } from './variable-lamp.ts';

/** A moment of the store's clock, which is UTC, in the form of wc/v3. */
const gmt = (time: number) => new Date(time).toISOString().slice(0, 19);

const until1s = (time: number) =>
  until('the moment that the sale was set to', async () => Date.now() > Math.ceil(time / 1000) * 1000 + 1000, 60_000);

/** Sales that begin and end by themselves: by the day's cron event, in later versions by an action of their own. */
export const scheduledSale: Scenario = {
  name: 'scheduled-sale',
  title: 'A scheduled sale of a simple product and a variation begins and ends',
  converges: 'webhooks',
  async play(stage) {
    const { step, wc, store } = stage;
    let shade = { id: 0 };
    let lamp: VariableLamp = { id: 0, red: 0, blue: 0 };
    let begins = 0;
    let ends = 0;
    const runDailySales = () => store.php("do_action( 'woocommerce_scheduled_sales' ); return true;");
    await step('A simple and a variable product were created', async () => {
      shade = await wc('POST', 'products', { name: 'Lamp shade', regular_price: '20' });
      lamp = await createVariableLamp(stage);
    });
    await step('A sale to come was scheduled for both', async () => {
      begins = Date.now() + 8_000;
      ends = begins + 12_000;
      const sale = { date_on_sale_from_gmt: gmt(begins), date_on_sale_to_gmt: gmt(ends) };
      await wc('PUT', `products/${shade.id}`, { sale_price: '15', ...sale });
      await wc('PUT', `products/${lamp.id}/variations/${lamp.red}`, { sale_price: '33', ...sale });
    });
    await step('The sale began', async () => {
      await until1s(begins);
      await runDailySales();
    });
    await step('The sale ended', async () => {
      await until1s(ends);
      await runDailySales();
    });
  },
};
