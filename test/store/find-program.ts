import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StoreUnavailable } from './store-unavailable.ts';

/** Where Debian keeps daemons, which an ordinary user's PATH leaves out. */
const extraFolders = [
  '/usr/local/sbin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
];

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The full path of the first of these programs that is installed.
 * @throws StoreUnavailable that names the Debian package to install
 */
export function findProgram(names: readonly string[], debianPackage: string): string {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...extraFolders];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (isExecutable(path)) return path;
    }
  }
  throw new StoreUnavailable(`No ${names.join(' or ')} is installed (Debian: apt install ${debianPackage}).`);
}
