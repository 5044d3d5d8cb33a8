import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A committed recording's file. */
export interface RecordingFile {
  readonly woocommerce: string;
  readonly scenario: string;
  readonly path: string;
}

/** All committed recordings, by version and scenario. */
export async function listRecordings(): Promise<RecordingFile[]> {
  const folders = await readdir(import.meta.dirname, { withFileTypes: true });
  const versions = folders.filter((entry) => entry.isDirectory() && /^\d/.test(entry.name)).map(({ name }) => name);
  const files = await Promise.all(
    versions.map(async (woocommerce) => {
      const folder = join(import.meta.dirname, woocommerce);
      const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
      return names.map((name) => ({
        woocommerce,
        scenario: name.slice(0, -'.jsonl'.length),
        path: join(folder, name),
      }));
    }),
  );
  return files
    .flat()
    .sort(
      (a, b) =>
        a.woocommerce.localeCompare(b.woocommerce, 'en', { numeric: true }) || a.scenario.localeCompare(b.scenario),
    );
}
