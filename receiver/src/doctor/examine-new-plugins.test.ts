import { expect, test } from 'vitest';
import { examineNewPlugins } from './examine-new-plugins.ts';

const NOW = Date.UTC(2026, 10, 27);
const DAY = 24 * 60 * 60_000;
const core = { file: 'woocommerce/woocommerce.php', name: 'WooCommerce', firstSeenAt: null };
const added = (name: string, days: number) => ({ file: `${name}/x.php`, name, firstSeenAt: NOW - days * DAY });

test('says nothing of a shop whose plugins were never looked at', () => {
  expect(examineNewPlugins([], { troubled: true, now: NOW }).status).toBe('unknown');
});

test('is at ease with those that were there from the start, or have run for long', () => {
  const { status, detail } = examineNewPlugins([core, added('Old', 40)], { troubled: true, now: NOW });
  expect([status, detail]).toEqual(['ok', '']);
});

test('names new ones, the newest first; they are a warning only where something is wrong', () => {
  const known = [core, added('Wordfence', 24), added('Cache <b>Deluxe</b>', 2)];
  expect(examineNewPlugins(known, { troubled: false, now: NOW })).toMatchObject({ status: 'ok' });
  const check = examineNewPlugins(known, { troubled: true, now: NOW });
  expect(check).toMatchObject({ status: 'warning', title: 'Plugins were installed lately.' });
  expect(check.detail).toMatch(/Cache .*Deluxe.*\(25 November 2026\), Wordfence \(3 November 2026\)\.$/);
  expect(check.advice).not.toBe('');
});
