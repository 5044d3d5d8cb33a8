import type { Store } from '../store/store.ts';

/** Every row of every table, as text: `wp_options {"option_name":…}`; and of empty tables their names. */
export type DatabaseDump = ReadonlySet<string>;

/** Rows that WordPress and WooCommerce write by themselves at any time. */
const BOOKKEEPING = [
  // Expiring memory of WordPress, WooCommerce and its scheduler.
  /"option_name":"_(site_)?transient_(?!(timeout_)?dstnc)/,
  // When WP-Cron is to run what; our own event is looked for by name.
  /"option_name":"cron".*?(?<!dstnc_attempt_overdue)$/,
  // The Action Scheduler's own housekeeping.
  /"option_name":"(action_scheduler_|as_|schema-ActionScheduler)/,
  // How far WooCommerce's queue is with filling its table of attributes, which a new shop's does at some time.
  /"option_name":"woocommerce_attribute_lookup_/,
  // Of visitors, and of PHP run by the harness.
  /^wp_woocommerce_sessions /,
  // When a key was used last, and with which nonces.
  /"user_id":1,"description":"Store harness"/,
] as const;

/** Reads the whole database of a store. */
export async function dumpDatabase(store: Store): Promise<DatabaseDump> {
  const lines = new Set<string>();
  for (const row of await store.sql('SHOW TABLES')) {
    const table = String(Object.values(row)[0]);
    lines.add(table);
    for (const one of await store.sql(`SELECT * FROM \`${table}\``)) {
      const line = `${table} ${JSON.stringify(one)}`;
      if (!BOOKKEEPING.some((pattern) => pattern.test(line)) || line.includes('dstnc')) lines.add(line);
    }
  }
  return lines;
}

/** What is in one dump and not in the other: `- …` is gone, `+ …` has come. */
export function compareDumps(before: DatabaseDump, after: DatabaseDump): string[] {
  return [
    ...[...before].filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...[...after].filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}
