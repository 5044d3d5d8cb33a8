import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Vendor } from '../../browser/vendor.ts';
import type { MatrixRow } from '../plugin-stage.ts';

const head = 'Type,SKU,Name,Published,In stock?,Stock,Regular price,Parent,Attribute 1 name,Attribute 1 value(s)';

/** Products > Import, by its own pages. */
export const csvImport: MatrixRow = {
  name: 'simple product saved: CSV import',
  async play({ step, vendor }) {
    await step('A CSV file of new products was imported', () =>
      importCsv(vendor, 'new', [
        'simple,CSV-1,Lamp one,1,1,5,10,,,',
        'simple,CSV-2,Lamp two,1,1,,12,,,',
        'variable,CSV-3,Lamp three,1,1,,,,Colour,"red, blue"',
        'variation,CSV-3-RED,Lamp three,1,1,3,20,CSV-3,Colour,red',
      ]),
    );
    await step('A CSV file of new stock and prices was imported', () =>
      importCsv(vendor, 'existing', [
        'simple,CSV-1,Lamp one,1,1,2,11,,,',
        'simple,CSV-2,Lamp two,1,0,,12,,,',
        'variation,CSV-3-RED,Lamp three,1,1,0,20,CSV-3,Colour,red',
      ]),
    );
  },
};

async function importCsv(vendor: Vendor, products: 'new' | 'existing', lines: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dstnc-csv-'));
  try {
    const file = join(folder, 'products.csv');
    await writeFile(file, [head, ...lines, ''].join('\n'));
    await vendor.open('/wp-admin/edit.php?post_type=product&page=product_importer');
    await vendor.page.locator('input[type=file][name=import]').setInputFiles(file);
    // With the box ticked it takes no new ones.
    await vendor.page.locator('#woocommerce-importer-update-existing').setChecked(products === 'existing');
    await vendor.page.locator('button[name=save_step]').click();
    await vendor.page.getByRole('button', { name: 'Run the importer' }).click();
    await vendor.page.locator('.woocommerce-importer-done').waitFor({ timeout: 60_000 });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
