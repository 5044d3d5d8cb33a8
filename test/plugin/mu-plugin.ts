import { join } from 'node:path';

/** The path of a file in `mu-plugins` beside this one, for `startStore({ muPlugins })`. */
export function muPlugin(name: string): string {
  return join(import.meta.dirname, 'mu-plugins', `${name}.php`);
}
