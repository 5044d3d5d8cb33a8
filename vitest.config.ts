import { defineConfig } from 'vitest/config';

/**
 * unit: beside the files, shuffled, no services. integration: the receiver with its real parts (SQLite, HTTP, the sandbox,
 * recordings of real stores). store: a real WordPress and WooCommerce; skipped, with the reason, where its code isn't cached. orders: what
 * has to hold of orders in such stores, whatever fails.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['shared/**/*.test.ts', 'receiver/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.integration.test.ts', '**/*.store.test.ts', '**/*.orders.test.ts'],
          sequence: { shuffle: true },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['receiver/**/*.integration.test.ts', 'test/**/*.integration.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'store',
          include: ['test/**/*.store.test.ts'],
          setupFiles: ['test/store/undici-fetch.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'orders',
          include: ['test/orders/**/*.orders.test.ts'],
          setupFiles: ['test/store/undici-fetch.ts'],
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
