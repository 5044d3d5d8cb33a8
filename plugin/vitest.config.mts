import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['admin/**/*.test.{ts,tsx}'],
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'https://shop.example/wp-admin/admin.php?page=dstnc' } },
    setupFiles: ['admin/testing/set-up.ts'],
    sequence: { shuffle: true },
    // Only waited for in full where something is wrong, or the machine is very busy.
    testTimeout: 60_000,
  },
});
