import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '../store/store.ts';
import type { Cell } from './cells.ts';

/** What came of a cell. */
export interface CellResult {
  readonly cell: Cell;
  /** Until DSTNC was as the store, from connecting and from the last operation. */
  readonly importedMs: number;
  readonly convergedMs: number;
  readonly differences: number;
  /** Webhooks that the store sent, whether they arrived or not. */
  readonly webhooks: number;
  readonly versions: Store['versions'];
}

/** Prints the matrix; a full run is kept in docs/compatibility.md. */
export function printMatrix(
  results: readonly CellResult[],
  { full, seed, count }: { full: boolean; seed: number; count: number },
): void {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const rows = results.map(({ cell, importedMs, convergedMs, differences, webhooks, versions }) => [
    versions.woocommerce,
    versions.wordpress,
    cell.access,
    cell.webhooks === 'work' ? `${webhooks} arrived` : `${webhooks} dropped`,
    seconds(importedMs),
    seconds(convergedMs),
    differences === 0 ? 'equal' : `${differences} differences`,
  ]);
  const heads = ['WooCommerce', 'WordPress', 'Access', 'Webhooks', 'Imported after', 'Converged after', 'DSTNC'];
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const table = [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
  console.log(`\n${count} operations, seed ${seed}\n\n${table}\n`);
  if (!full) return;
  const php = results[0]?.versions.php ?? '';
  writeFileSync(
    join(import.meta.dirname, '../../docs/compatibility.md'),
    `# Compatibility

The last run of \`npm run test:store -- --full\`, on ${new Date().toISOString().slice(0, 10)} with PHP ${php}. Each row is a real
store: connected and imported, then ${count} random operations by a seeded script (create, edit, sell, restock, trash, restore, delete for
good, remove a variation, stock and price by SQL, a scheduled sale; seed ${seed}), and at the end DSTNC's sandbox is compared with the store.
Where webhooks are dropped every one of them is; there the store is polled each second and swept each three, so the times say that it
converges, not how fast it would with the defaults.

${table}
`,
  );
}
