import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const PLUGIN = resolve(import.meta.dirname, '../../plugin');
/** What a vendor's `wp-content/plugins/dstnc-for-woocommerce` holds. */
const PARTS = ['dstnc-for-woocommerce.php', 'uninstall.php', 'readme.txt', 'includes', 'build', 'languages'];

let made: string | undefined;

/** The plugin as it lies in a shop, from the working tree and without building anything: for `startStore({ plugins })`. */
export function pluginFolder(): string {
  if (made !== undefined) return made;
  const root = mkdtempSync(join(tmpdir(), 'dstnc-plugin-'));
  process.once('exit', () => rmSync(root, { recursive: true, force: true }));
  made = join(root, 'dstnc-for-woocommerce');
  mkdirSync(made);
  for (const part of PARTS) {
    if (existsSync(join(PLUGIN, part))) cpSync(join(PLUGIN, part), join(made, part), { recursive: true });
  }
  return made;
}
