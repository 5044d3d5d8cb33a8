import { createVariableLamp, type VariableLamp } from '../../recordings/scenarios/variable-lamp.ts';
import type { MatrixRow } from '../plugin-stage.ts';

/** The product's edit screen and the list's trash, clicked. */
export const adminForms: MatrixRow = {
  name: 'products saved, changed and deleted by the screens of wp-admin',
  async play(stage) {
    const { step, wc, vendor } = stage;
    const { page } = vendor;
    let shade = { id: 0 };
    let lamp: VariableLamp = { id: 0, red: 0, blue: 0 };
    const edit = async (id: number) => {
      await vendor.open(`/wp-admin/post.php?post=${id}&action=edit`);
      await page.waitForLoadState('load');
    };
    const variation = (id: number) => `input[name^="variable_post_id"][value="${id}"]`;
    const update = async () => {
      await page.locator('#publish:not(.disabled)').click();
      await page.locator('#message.updated').waitFor();
    };
    await step('A simple and a variable product were created', async () => {
      shade = await wc('POST', 'products', { name: 'Lamp shade', regular_price: '10' });
      lamp = await createVariableLamp(stage, {}, { manage_stock: true, stock_quantity: 4 });
    });
    await step("The simple product's price was changed in its form", async () => {
      await edit(shade.id);
      await page.locator('#_regular_price').fill('14');
      await update();
    });
    await step("A variation's price was changed in the form", async () => {
      await edit(lamp.id);
      await page.locator('li.variations_options a').click();
      const red = page.locator('.woocommerce_variation', { has: page.locator(variation(lamp.red)) });
      await red.locator('h3').click({ position: { x: 5, y: 5 } });
      await red.locator('input[name^="variable_regular_price"]').fill('44');
      await red.locator('input[name^="variable_regular_price"]').dispatchEvent('change');
      await page.locator('button.save-variation-changes').first().click();
      await page.locator('.variation-needs-update').waitFor({ state: 'detached' });
    });
    await step('The blue variation was removed in the form', async () => {
      await edit(lamp.id);
      await page.locator('li.variations_options a').click();
      const blue = page.locator('.woocommerce_variation', { has: page.locator(variation(lamp.blue)) });
      await blue.hover();
      await blue.locator('a.remove_variation').click();
      await blue.waitFor({ state: 'detached' });
    });
    await step('The simple product was moved to the trash', async () => {
      await edit(shade.id);
      await page.locator('#delete-action a').click();
      await page.waitForURL(/edit\.php/);
    });
    await step('It was restored in the list of the trash', async () => {
      await vendor.open('/wp-admin/edit.php?post_status=trash&post_type=product');
      await page.locator(`#post-${shade.id}`).hover();
      await page.locator(`#post-${shade.id} .untrash a`).click();
      await page.waitForURL(/untrashed=1/);
    });
    await step('Both were put into the trash, and it was emptied', async () => {
      await wc('DELETE', `products/${shade.id}`);
      await wc('DELETE', `products/${lamp.id}`);
      await vendor.open('/wp-admin/edit.php?post_status=trash&post_type=product');
      await page.locator('#delete_all').first().click();
      await page.waitForURL(/deleted=/);
    });
  },
};
