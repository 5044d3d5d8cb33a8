import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where screenshots go: `$DSTNC_SCREENSHOTS`, by default under the temporary folder; never into the repository. */
export function screenshotsFolder(): string {
  const folder = process.env.DSTNC_SCREENSHOTS ?? join(tmpdir(), 'dstnc-screenshots');
  mkdirSync(folder, { recursive: true });
  return folder;
}
