import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Writes PHP code to a file for `startStore({ muPlugins })` and gives its path. */
export function temporaryMuPlugin(name: string, code: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'dstnc-mu-')), `${name}.php`);
  writeFileSync(file, `<?php\n${code}\n`);
  return file;
}
