import { plainText } from '../catalog/plain-text.ts';

/** Prints rows under headings, columns as wide as their content. Values have their control characters taken out: names are hostile. */
export function printTable(headings: readonly string[], rows: readonly (readonly string[])[]): void {
  const clean = rows.map((row) => row.map((cell) => plainText(cell)));
  const widths = headings.map((heading, i) => Math.max(heading.length, ...clean.map((row) => row[i]?.length ?? 0)));
  for (const row of [headings, ...clean]) {
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  }
}
