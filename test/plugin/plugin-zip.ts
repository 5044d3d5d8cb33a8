import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { runProgram } from '../store/run-program.ts';

const PLUGIN = resolve(import.meta.dirname, '../../plugin');
/** What the zip is made from. */
const SOURCES = ['dstnc-for-woocommerce.php', 'uninstall.php', 'readme.txt', 'includes', 'admin', 'languages'];

/** Whether there is a zip to install, and otherwise why not, in words for the one who runs the tests. */
export type PluginZip =
  | { readonly available: true; readonly path: string }
  | { readonly available: false; readonly reason: string };

/** The plugin's zip as vendors get it, built anew where a source is newer; `$DSTNC_PLUGIN_ZIP` names another one. */
export async function pluginZip(): Promise<PluginZip> {
  const given = process.env.DSTNC_PLUGIN_ZIP;
  if (given) return { available: true, path: resolve(given) };
  const path = join(PLUGIN, 'dstnc-for-woocommerce.zip');
  const newest = Math.max(...SOURCES.map((name) => changedAt(join(PLUGIN, name))));
  if (existsSync(path) && statSync(path).mtimeMs > newest) return { available: true, path };
  if (!existsSync(join(PLUGIN, 'node_modules'))) {
    return { available: false, reason: 'The plugin is not built: npm run plugin:zip builds it.' };
  }
  await runProgram('npm', ['--prefix', PLUGIN, 'run', 'zip']);
  return { available: true, path };
}

/** When a file, or the newest one in a folder, was changed; 0 if it isn't there. */
function changedAt(path: string): number {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => changedAt(join(path, name))));
}
