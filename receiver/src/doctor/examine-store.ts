import {
  type Check,
  type DoctorReport,
  OLDEST_CONTRACT_VERSION,
  type PluginStatus,
  pluginStatus,
  type ShopLanguages,
} from '@dstnc/shared';
import { noteShopPlugins } from '../stores/note-shop-plugins.ts';
import { sameHome } from '../stores/same-home.ts';
import type { Store } from '../stores/store.ts';
import { readShopLanguages } from '../woocommerce/read-shop-languages.ts';
import { readSystemStatus } from '../woocommerce/read-system-status.ts';
import type { StoreAnswer } from '../woocommerce/store-answer.ts';
import type { StoreClient } from '../woocommerce/store-client.ts';
import type { StoreFailure } from '../woocommerce/store-failure.ts';
import { tellVendor, type VendorWords } from '../woocommerce/tell-vendor.ts';
import type { DoctorTools } from './doctor-tools.ts';
import { examineLanguage } from './examine-language.ts';
import { examineLegacy } from './examine-legacy.ts';
import { examineNewPlugins } from './examine-new-plugins.ts';
import { examineOrderTopic } from './examine-order-topic.ts';
import { examineWebhooks } from './examine-webhooks.ts';
import { examineWooCommerce } from './examine-woocommerce.ts';
import { examineWork } from './examine-work.ts';
import { fine, unclear, wrong } from './make-check.ts';
import { NEW_KEY, tellWithoutPlugin } from './tell-without-plugin.ts';

/** Milliseconds: whoever asks is waiting. */
const PATIENCE = { timeoutMs: 12_000 };

/** An answer that takes longer makes everything late, in milliseconds. */
const SLOW_MS = 5_000;

/** Failures on the way to the shop, before anything of it answered. */
const ON_THE_WAY = new Set<StoreFailure['kind']>(['unreachable', 'timeout', 'forbidden_address', 'redirect']);

/** Looks at a store from outside, as DSTNC sees it, and says what is wrong and what to do, in the vendor's words. */
export async function examineStore(tools: DoctorTools, store: Store): Promise<DoctorReport> {
  const shop = await examineShop(tools, store);
  const checks = [...shop, ...(await examinePlugins(tools, store, shop)), ...(await examineWork(tools, store))];
  return {
    checkedAt: new Date(tools.clock()).toISOString(),
    healthy: checks.every(({ status }) => status !== 'problem'),
    checks,
  };
}

async function examinePlugins({ storage, clock }: DoctorTools, store: Store, shop: readonly Check[]): Promise<Check[]> {
  const troubled = shop.some(({ status }) => status === 'problem');
  // A plugin that answers tells of this by itself.
  if (store.credentials === null || (store.plugin !== null && !troubled)) return [];
  return [examineNewPlugins(await storage.shopPlugins.of(store.id), { troubled, now: clock() })];
}

async function examineShop(tools: DoctorTools, store: Store): Promise<Check[]> {
  const { clientFor, findAccess, publicUrl } = tools;
  if (store.credentials === null) {
    return [unclear('reachable', 'DSTNC has no key for this shop and knows only what it is told.')];
  }
  const client = clientFor(store);
  const api = store.plugin === null ? (store.access?.api ?? 'wc/v3') : 'wc/v3';
  try {
    if (api.startsWith('legacy/')) {
      const answers = examineLegacy(await findAccess(store.url, store.credentials));
      return [...answers, ...examineWooCommerce({ store, status: null, answer: NOT_ASKED, system: null })];
    }
    const shop = await client.get(`${api}/products`, { per_page: 1, _fields: 'id' }, PATIENCE);
    const plugin = store.plugin === null ? null : await client.get('wc-dstnc/v1/status', {}, PATIENCE);
    const status = plugin?.ok ? (pluginStatus.safeParse(plugin.body).data ?? null) : null;
    // With plain permalinks WooCommerce's own routes refuse every key, and the plugin's are what counts.
    const answer = plugin?.ok && !shop.ok ? plugin : shop;
    const system = answer.ok ? await readSystemStatus(client) : null;
    if (system !== null) await noteShopPlugins(tools, store.id, system);
    return [
      ...examineWay(answer, store),
      ...examineKey({ answer, client, store }),
      await examinePermissions({ client, status, answer, store, api }),
      ...examineWooCommerce({ store, status, answer, system }),
      ...(plugin === null && answer.ok ? [await examineWebhooks(client, store, publicUrl)] : []),
      ...(plugin === null ? [] : examinePlugin({ store, plugin, status, answer })),
      ...(status === null ? [] : [await examineOrderTopic(client, store)]),
      ...examineLanguage(store.settings.language, await languagesOf({ client, status, answer })),
    ];
  } finally {
    await client.close();
  }
}

/** Where the REST API is not what the shop is spoken to by. */
const NOT_ASKED: StoreAnswer = {
  ok: false,
  failure: { kind: 'not_found', code: 'rest_no_route', message: 'It was not asked.', retryable: false },
};

/** A first question to a shop, and what came of it. */
interface Asked {
  readonly client: StoreClient;
  readonly store: Store;
  readonly answer: StoreAnswer;
}

/** From DSTNC to the REST API's door. */
function examineWay(answer: StoreAnswer, store: Store): Check[] {
  const seconds = answer.ok ? `Answered in ${(answer.durationMs / 1000).toFixed(1)} s.` : '';
  const https = store.url.startsWith('https:')
    ? fine('https', 'Your shop is encrypted (HTTPS).')
    : wrong('https', 'warning', {
        title: 'Your shop is not encrypted (HTTPS).',
        detail: `DSTNC calls ${store.url}.`,
        why: "Whoever is in between can read and change your shop's data.",
        advice: 'Ask your host for a certificate, and set both addresses under Settings > General to https.',
      });
  const failure = answer.ok ? null : answer.failure;
  if (failure !== null && ON_THE_WAY.has(failure.kind)) {
    return [
      wrong('reachable', 'problem', {
        ...tell(store, failure),
        ...about(failure),
        why: 'Nothing of your shop reaches DSTNC until then.',
      }),
      https,
      unclear('rest_api', "Whether your shop's REST API answers can't be told yet."),
    ];
  }
  const reachable =
    answer.ok && answer.durationMs > SLOW_MS
      ? wrong('reachable', 'warning', {
          title: 'Your shop answers DSTNC slowly.',
          detail: seconds,
          why: 'Changes arrive late.',
          advice: 'Ask your host why the shop is slow.',
        })
      : fine('reachable', 'DSTNC can reach your shop.', seconds);
  const closed = failure !== null && failure.kind !== 'unauthorized';
  return [
    reachable,
    https,
    closed
      ? wrong('rest_api', 'problem', {
          ...tell(store, failure),
          ...about(failure),
          why: 'DSTNC reads your products through the REST API.',
        })
      : fine('rest_api', "Your shop's REST API answers."),
  ];
}

/** Whether the key opens it, and whether its user may do what has to be done. */
function examineKey({ answer, client, store }: Asked): Check[] {
  if (!answer.ok) {
    const { failure } = answer;
    if (failure.kind !== 'unauthorized')
      return [unclear('key', "Whether your shop accepts DSTNC's key can't be told yet.")];
    if (failure.status === 403 && failure.code.startsWith('woocommerce_rest_cannot_')) {
      // WooCommerce knows who it is, and that it may not.
      return [
        fine('key', "Your shop accepts DSTNC's key."),
        wrong('user', 'problem', {
          title: 'The user that DSTNC acts as may not manage the shop any more.',
          detail: `Its role was changed. Since then DSTNC can neither read your products nor place orders. ${failure.message}`,
          technical: failure.code,
          why: 'DSTNC can do in your shop what the user can that it acts as, and nothing without one.',
          advice: 'Choose another user for DSTNC, or give this one the role of shop manager again.',
        }),
      ];
    }
    return [
      wrong('key', 'problem', {
        ...tell(store, failure),
        ...about(failure),
        why: 'A key is revoked, or dies with the user that it was made for.',
      }),
    ];
  }
  const key = fine('key', "Your shop accepts DSTNC's key.");
  if (!client.headerStripped) return [key, fine('authorization_header', 'The key arrives the usual way.')];
  return [
    key,
    wrong('authorization_header', 'warning', {
      title: "Your server takes the key out of DSTNC's requests.",
      detail: 'It has to be sent in the address instead, which works, but some security plugins dislike it.',
      why: 'Addresses end up in log files.',
      advice: 'Ask your host to pass the "Authorization" header on to PHP (CGIPassAuth On).',
    }),
  ];
}

/** Of a shop without the plugin, or with one that doesn't say, WooCommerce tells. */
async function languagesOf({
  client,
  status,
  answer,
}: {
  client: StoreClient;
  status: PluginStatus | null;
  answer: StoreAnswer;
}): Promise<ShopLanguages | null> {
  if (status?.languages) return status.languages;
  if (!answer.ok) return null;
  const reading = await readShopLanguages(client, PATIENCE);
  return reading.ok ? reading.languages : null;
}

async function examinePermissions({
  client,
  status,
  answer,
  store,
  api,
}: Asked & { status: PluginStatus | null; api: string }): Promise<Check> {
  const mayWrite = async (): Promise<boolean | null> => {
    if (status?.permissions) return status.permissions === 'read_write';
    if (!answer.ok) return null;
    // Changes nothing, and is refused to a key that may only read.
    const written = await client.post(`${api}/products/batch`, {}, PATIENCE);
    if (written.ok) return true;
    return written.failure.kind === 'unauthorized' ? false : null;
  };
  const allowed = await mayWrite();
  if (allowed === null) return unclear('permissions', "What DSTNC's key is allowed to do can't be told yet.");
  if (allowed) return fine('permissions', "DSTNC's key may read and write.");
  return wrong('permissions', 'problem', {
    title: "DSTNC's key isn't allowed to read and write.",
    detail: 'It may do only one of the two.',
    why: 'Orders from DSTNC could not be placed in your shop.',
    advice:
      store.plugin === null
        ? NEW_KEY
        : 'Renew the access on the DSTNC page, for a user who is an administrator or shop manager.',
  });
}

function examinePlugin({
  store,
  plugin,
  status,
  answer,
}: {
  store: Store;
  plugin: StoreAnswer;
  status: PluginStatus | null;
  answer: StoreAnswer;
}): Check[] {
  if (!plugin.ok && !answer.ok) return [unclear('plugin', "Whether the DSTNC plugin is well can't be told yet.")];
  const why = 'Without it DSTNC reads your products the slow way, and misses some changes.';
  if (!plugin.ok) return [wrong('plugin', 'problem', { ...tellVendor(plugin.failure), ...about(plugin.failure), why })];
  if (status === null) {
    const title = 'Something else than the DSTNC plugin answers in its place.';
    return [wrong('plugin', 'problem', { title, why, advice: 'Update the plugin, and take /wp-json/ out of caches.' })];
  }
  if (status.contractVersion < OLDEST_CONTRACT_VERSION) {
    const title = 'The DSTNC plugin is too old.';
    return [wrong('plugin', 'problem', { title, why, advice: 'Update "DSTNC for WooCommerce" under Plugins.' })];
  }
  const moved = !sameHome(status.home, store.url);
  return [
    fine(
      'plugin',
      `The DSTNC plugin ${status.plugin} answers.`,
      `WooCommerce ${status.woocommerce}, WordPress ${status.wordpress}.`,
    ),
    status.clone || moved
      ? wrong('clone', 'problem', {
          title: 'Another shop answers at the address of yours.',
          detail: `It calls itself ${status.home.slice(0, 200)}${status.clone ? ', and knows that it is a copy' : ''}.`,
          why: 'DSTNC would show the products of the copy.',
          advice: 'On the DSTNC page of its wp-admin, say which one is the live shop; then connect again from there.',
        })
      : fine('clone', 'This is the shop that was connected.'),
  ];
}

function tell({ plugin }: Store, failure: StoreFailure): VendorWords {
  return plugin === null ? tellWithoutPlugin(failure) : tellVendor(failure);
}

function about(failure: StoreFailure): { detail: string; technical: string } {
  return { detail: failure.message, technical: failure.kind };
}
