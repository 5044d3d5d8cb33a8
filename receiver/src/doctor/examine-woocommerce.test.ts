import { expect, test } from 'vitest';
import { readSystemStatus } from '../woocommerce/read-system-status.ts';
import type { StoreAccess } from '../woocommerce/store-access.ts';
import type { StoreAnswer } from '../woocommerce/store-answer.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import { examineWooCommerce } from './examine-woocommerce.ts';

const good = (body: unknown): StoreAnswer => ({ ok: true, status: 200, body, headers: {}, durationMs: 1 });
const refused: StoreAnswer = {
  ok: false,
  failure: { kind: 'not_json', status: 403, excerpt: '', message: 'A page.', retryable: true },
};
const core = (latest: string) => ({
  plugin: 'woocommerce/woocommerce.php',
  name: 'WooCommerce',
  version_latest: latest,
});

/** The checks by id, of a shop without the plugin that answers this when asked for its system's state. */
async function look(system: unknown, { answer = good([]), access = null as StoreAccess | null } = {}) {
  const client = { get: async () => good(system) } as unknown as StoreClient;
  const read = answer.ok ? await readSystemStatus(client) : null;
  const checks = examineWooCommerce({ store: { plugin: null, access }, status: null, answer, system: read });
  return Object.fromEntries(checks.map((check) => [check.id, check]));
}

test.each([
  ['2.1.7', '', 'problem', /too old for DSTNC/],
  ['2.2.0', '', 'warning', /2\.2\.0 works with DSTNC/],
  ['3.9.1', '', 'warning', /3\.9\.1 works with DSTNC/],
  ['5.8.0', '', 'ok', /works with DSTNC/],
  ['10.6.2', '10.6.3', 'ok', /works with DSTNC/],
  ['10.6.2', '11.0.1', 'warning', /works with DSTNC/],
  ['11.0.1', '11.0.1', 'ok', /works with DSTNC/],
  ['9.10.0', '9.9.0', 'ok', /works with DSTNC/],
])('WooCommerce %s, where %s is offered: %s', async (version, latest, status, title) => {
  const { woocommerce } = await look({ environment: { version }, active_plugins: [core(latest)] });
  expect([woocommerce?.status, woocommerce?.title]).toEqual([status, expect.stringMatching(title)]);
  if (status !== 'ok') expect(woocommerce?.advice).toContain('Update WooCommerce');
  if (latest !== '' && latest !== version && latest !== '9.9.0')
    expect(woocommerce?.detail).toContain(`Version ${latest} is available`);
});

test('names security plugins that are active, and the setting of Solid Security with its place', async () => {
  const active = [
    core(''),
    { plugin: 'better-wp-security/better-wp-security.php' },
    { plugin: 'wordfence/wordfence.php' },
  ];
  const { filters } = await look({ active_plugins: active });
  expect(filters?.detail).toContain('Solid Security, Wordfence');
  expect(filters?.detail).toContain('Security > Settings > System Tweaks');
  expect((await look({ active_plugins: [core('')] })).filters).toMatchObject({ status: 'ok', detail: '' });
});

test('says which API is in use, and how the Legacy API is switched on where nothing else answers', async () => {
  expect((await look({ settings: { api_enabled: true } })).legacy_api).toMatchObject({
    status: 'ok',
    title: 'The Legacy API is not needed.',
    technical: 'woocommerce_api_enabled: yes',
  });
  const access = { api: 'legacy/v3' } as StoreAccess;
  expect((await look({}, { access })).legacy_api).toMatchObject({ status: 'warning', technical: 'legacy/v3' });
  const { legacy_api, woocommerce, filters } = await look({}, { answer: refused });
  expect(legacy_api?.detail).toMatch(/Advanced > Legacy API .*9\.0 on with the plugin "WooCommerce Legacy REST API"/);
  expect([legacy_api, woocommerce, filters].map((check) => check?.status)).toEqual(['unknown', 'unknown', 'unknown']);
});

test.each([
  null,
  [],
  'x',
  { environment: 7, active_plugins: 'x', settings: [] },
  { active_plugins: [{ plugin: 7 }, null] },
])('of an answer like %j it says what it can', async (system) => {
  const checks = Object.values(await look(system));
  expect(checks.map(({ status }) => status)).not.toContain('problem');
});
