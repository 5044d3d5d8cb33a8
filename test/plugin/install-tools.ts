import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const plugin = join(import.meta.dirname, '../../plugin');

/**
 * Installs what builds and tests the plugin, where its lists of versions say something else than what was installed last: some 1 500 npm
 * packages, which is why they are not part of the root's install, and PHP's tools with Composer.
 */
const tools = [
  { name: 'npm packages', folder: 'node_modules', lock: 'package-lock.json', command: ['npm', 'ci'] },
  {
    name: 'Composer packages',
    folder: 'vendor',
    lock: 'composer.json',
    command: ['composer', 'install', '--no-interaction', '--no-progress', '--quiet'],
  },
] as const;

for (const { name, folder, lock, command } of tools) {
  const wanted = createHash('sha256')
    .update(readFileSync(join(plugin, lock)))
    .digest('hex');
  const mark = join(plugin, folder, '.installed-from');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) continue;
  console.log(`Installing the plugin's ${name} (once; it takes a minute or two) …`);
  const [program, ...args] = command;
  const { status, error } = spawnSync(program, args, {
    cwd: plugin,
    stdio: 'inherit',
    env: { ...process.env, COMPOSER_ALLOW_SUPERUSER: '1' },
  });
  if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
    console.warn(`${program} isn't installed here, so what needs the plugin's ${name} will be skipped.`);
    continue;
  }
  if (status !== 0) process.exit(status ?? 1);
  mkdirSync(join(plugin, folder), { recursive: true });
  writeFileSync(mark, wanted);
}
