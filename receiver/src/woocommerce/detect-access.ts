import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { StoreCredentials } from '../stores/store.ts';
import type { AccessProblem } from './access-problem.ts';
import { legacyAdvice, otherShop, otherShopPlugin, pageProblem, refusedKey } from './access-words.ts';
import { checkStoreUrl } from './address-guard.ts';
import { followRedirect, homeText } from './follow-redirect.ts';
import { legacyRoot } from './legacy/legacy-root.ts';
import { recogniseBlocker } from './recognise-blocker.ts';
import type { StoreAccess } from './store-access.ts';
import type { StoreAnswer } from './store-answer.ts';
import { createStoreClient, type RequestOptions, type StoreClient } from './store-client.ts';
import type { StoreFailure } from './store-failure.ts';

/** What is asked for. */
export interface DetectOptions {
  /** The store's address as somebody entered it: with or without a scheme, with a path where WordPress is in a subfolder. */
  readonly home: string;
  readonly credentials: StoreCredentials;
  /** Development (`ALLOW_PRIVATE_STORES=1`). */
  readonly allowPrivate: boolean;
  /** Where its REST API was last seen, and is looked for first. */
  readonly restUrl?: string | undefined;
  /** Connections to share. */
  readonly dispatcher?: Dispatcher;
  /** For each request. 20 000 unless given. */
  readonly timeoutMs?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/** What came of {@link detectAccess}. */
export type AccessDetection =
  | {
      readonly ok: true;
      readonly access: StoreAccess;
      /** Where the store really is, after redirects within its site; without a trailing slash. */
      readonly home: string;
    }
  | { readonly ok: false; readonly problem: AccessProblem };

/** WordPress's REST API with pretty permalinks, with index.php in front, and with plain ones, which need no rewriting at all. */
const REST_ROOTS = ['/wp-json/', '/index.php/wp-json/', '/index.php?rest_route=/'] as const;
const REST_VERSIONS = ['wc/v3', 'wc/v2', 'wc/v1'] as const;

const LEGACY_ROOTS = ['/wc-api/', '/index.php/wc-api/', '/index.php?wc-api-route=/'] as const;
const LEGACY_VERSIONS = ['legacy/v3', 'legacy/v2', 'legacy/v1'] as const;

/** An index of routes is large where there are many plugins. */
const INDEX: RequestOptions = { maxBytes: 16 * 1024 * 1024 };

/** Redirects within a site that are followed: to https, to www, into a subfolder. */
const MOST_HOPS = 4;

/**
 * Finds out how a store is spoken to without the plugin, in one place: where its REST API is, which of WooCommerce's APIs it has, and how it
 * takes the key. Where the standard API doesn't do, the Legacy API is asked. Nothing in the store is touched.
 */
export async function detectAccess(options: DetectOptions): Promise<AccessDetection> {
  const consumerKey = options.credentials.consumerKey.trim();
  const consumerSecret = options.credentials.consumerSecret.trim();
  if (consumerKey.startsWith('cs_') && consumerSecret.startsWith('ck_')) {
    return failed({
      kind: 'keys_swapped',
      message: 'Key and secret are swapped: the consumer key begins with "ck_", the consumer secret with "cs_".',
    });
  }
  const entered = options.home.trim();
  const checked = checkStoreUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(entered) ? entered : `https://${entered}`, options);
  if (!checked.ok) return failed({ kind: 'address', message: checked.reason });

  const clock = options.clock ?? Date.now;
  let home = homeText(checked.url);
  for (let hop = 0; ; hop++) {
    const ways: Ways = { ...options, credentials: { consumerKey, consumerSecret }, home };
    const found = await detectAt(ways);
    if (found.ok) {
      const oddities = [...found.oddities];
      const { api, restUrl, authentication, woocommerce, variationsTogether, modifiedAfter } = found;
      const facts = { woocommerce, variationsTogether, modifiedAfter, oddities, foundAt: clock() };
      return { ok: true, home, access: { api, restUrl, authentication, ...facts } };
    }
    const { failure } = found.problem;
    if (failure?.kind !== 'redirect' || hop >= MOST_HOPS) return found;
    const next = followRedirect(home, failure, options.allowPrivate);
    if (!next.ok) return failed(next.problem);
    home = next.home;
  }
}

/** What {@link detectAt} is told. */
type Ways = DetectOptions;

/** See {@link StoreAccess}. */
type Found = { readonly ok: true } & Omit<StoreAccess, 'foundAt'>;
type Failed = { readonly ok: false; readonly problem: AccessProblem };

async function detectAt(ways: Ways): Promise<Found | Failed> {
  const met = await findRestApi(ways);
  // Nothing answers at all, or from elsewhere: it would be the same with the Legacy API.
  if (!met.ok && FINAL.has(met.problem.kind)) return met;
  const standard = met.ok ? await tryRestApi(ways, met) : met;
  if (standard.ok || FINAL.has(standard.problem.kind)) return standard;

  // WooCommerce itself knows the key and says that it won't do: the Legacy API asks less of it, and orders could not be placed.
  if (saysKeyWontDo(standard.problem)) return standard;

  const legacy = await tryLegacyApi(ways);
  if (legacy.ok) return legacy;
  if (legacy.because === 'too_old' || (legacy.because === 'refused' && standard.problem.kind === 'no_woocommerce')) {
    return failed(legacy.problem);
  }
  const named = met.ok && met.namespaces !== null ? otherShopPlugin(met.namespaces) : null;
  if (standard.problem.kind === 'no_woocommerce' && legacy.because === 'missing') {
    return named === null ? standard : failed(otherShop(named));
  }
  // The key is at fault, not the API: no other would take it.
  if (KEY.has(standard.problem.kind)) return standard;
  const off = legacy.because === 'off' || met.ok;
  if (!off || standard.problem.kind === 'other_shop' || standard.problem.kind === 'login_page') return standard;
  const { message, failure } = standard.problem;
  return failed({
    kind: 'legacy_off',
    message: `${message} The Legacy API, which DSTNC could use instead, is off: ${legacyAdvice(legacy.woocommerce)}.`,
    ...(failure && { failure }),
  });
}

const FINAL: ReadonlySet<AccessProblem['kind']> = new Set(['address', 'unreachable', 'redirect_elsewhere']);
const KEY: ReadonlySet<AccessProblem['kind']> = new Set(['unknown_key', 'wrong_secret', 'write_only', 'role']);

/** Not where the key is unknown: with plain permalinks the standard API never looks at it. */
function saysKeyWontDo({ kind, failure }: AccessProblem): boolean {
  const byWooCommerce = failure?.kind === 'unauthorized' && failure.code.startsWith('woocommerce_');
  return byWooCommerce && (kind === 'wrong_secret' || kind === 'role');
}

/** WordPress's REST API. `namespaces` null: its index is closed to visitors, as some security plugins have it. */
interface Met {
  readonly ok: true;
  readonly restUrl: string;
  readonly namespaces: readonly string[] | null;
  readonly stripped: boolean;
}

async function findRestApi(ways: Ways): Promise<Met | Failed> {
  let first: AccessProblem | null = null;
  let closed: Met | null = null;
  for (const restUrl of [...(ways.restUrl ? [ways.restUrl] : []), ...REST_ROOTS.map((root) => ways.home + root)]) {
    // Without the key: WordPress takes it for a password of its own on routes that aren't WooCommerce's, and refuses it.
    const answer = await asking(ways, restUrl, 'none', (client) => client.get('', { _fields: 'namespaces' }, INDEX));
    if (answer.ok) {
      const { namespaces } = (answer.body ?? {}) as { namespaces?: unknown };
      if (Array.isArray(namespaces)) {
        return { ok: true, restUrl, namespaces: namespaces.map(String), stripped: answer.stripped === true };
      }
      continue;
    }
    const { failure } = answer;
    if (failure.kind === 'unauthorized' || failure.kind === 'refused')
      closed ??= { ok: true, restUrl, namespaces: null, stripped: false };
    first ??= problemOf(failure);
    if (FINAL.has(first.kind) || failure.kind === 'redirect') return failed(problemOf(failure));
  }
  return closed ?? failed(first ?? NO_SHOP);
}

async function tryRestApi(ways: Ways, { restUrl, namespaces, stripped }: Met): Promise<Found | Failed> {
  const versions = REST_VERSIONS.filter((version) => namespaces === null || namespaces.includes(version));
  if (versions.length === 0) {
    const message =
      'This is WordPress, and its REST API has no WooCommerce. Check that WooCommerce is installed, active and up to date.';
    return failed({ kind: 'no_woocommerce', message });
  }
  let first: AccessProblem | null = null;
  for (const api of versions) {
    const tried = await tryVersion(ways, restUrl, api);
    if (tried.ok) return stripped ? { ...tried, oddities: [...new Set([STRIPPED, ...tried.oddities])] } : tried;
    first ??= tried.problem;
    // Refused by one is refused by all of them.
    if (KEY.has(tried.problem.kind) || FINAL.has(tried.problem.kind)) return tried;
  }
  return failed(first ?? NO_SHOP);
}

function tryVersion(ways: Ways, restUrl: string, api: (typeof REST_VERSIONS)[number]): Promise<Found | Failed> {
  return asking(ways, restUrl, undefined, async (client) => {
    const products = await client.get(`${api}/products`, { per_page: 1, _fields: 'id' });
    if (!products.ok) return failed(await refusal(client, products.failure, api));
    if (!Array.isArray(products.body)) {
      const message = 'The store answers something else than a list of products. A cache or a plugin is in between.';
      return failed({ kind: 'blocked', message });
    }
    // Old WordPress doesn't look into what it leaves out, and old WooCommerce has neither.
    const fields = `routes./${api}/products,routes./${api}/variations`;
    const routes = api === 'wc/v3' ? await client.get(api, { _fields: fields }, INDEX) : null;
    const version = await versionOf(client, api);
    const { authentication, oddities } = mannersOf(client, restUrl, [products, ...(routes === null ? [] : [routes])]);
    return {
      ok: true,
      api,
      restUrl,
      authentication,
      woocommerce: version,
      ...(routes?.ok ? skillsOf(routes.body) : { variationsTogether: false, modifiedAfter: false }),
      oddities,
    };
  });
}

/** Which of the newer ways wc/v3 knows, by its routes. */
function skillsOf(index: unknown): Pick<StoreAccess, 'variationsTogether' | 'modifiedAfter'> {
  const read = routeIndex.safeParse(index);
  if (!read.success) return { variationsTogether: false, modifiedAfter: false };
  const { routes } = read.data;
  const args = (routes['/wc/v3/products']?.endpoints ?? []).flatMap((endpoint) => Object.keys(endpoint.args));
  const together = (routes['/wc/v3/variations']?.endpoints ?? []).some((endpoint) => 'parent' in endpoint.args);
  return { variationsTogether: together, modifiedAfter: args.includes('modified_after') };
}

const routeIndex = z.looseObject({
  routes: z.record(
    z.string(),
    z.looseObject({
      // PHP writes an empty map as a list.
      endpoints: z
        .array(z.looseObject({ args: z.record(z.string(), z.unknown()).catch({}).default({}) }))
        .catch([])
        .default([]),
    }),
  ),
});

/** The version of WooCommerce: told to keys of shop managers alone. Old versions make calls of their own for the rest of that answer. */
async function versionOf(client: StoreClient, api: string): Promise<string | null> {
  const answer = await client.get(`${api}/system_status`, { _fields: 'environment.version,environment' }, INDEX);
  if (!answer.ok) return null;
  const { environment } = (answer.body ?? {}) as { environment?: { version?: unknown } };
  return versionText(environment?.version);
}

function versionText(version: unknown): string | null {
  return typeof version === 'string' && /^\d{1,3}(\.[\w-]{1,20}){1,4}$/.test(version) ? version : null;
}

/** Why a key is refused; a key that may write alone is refused like a wrong secret. */
async function refusal(client: StoreClient, failure: StoreFailure, api: string): Promise<AccessProblem> {
  if (failure.kind !== 'unauthorized') return problemOf(failure);
  const refused = refusedKey(failure);
  if (refused.kind !== 'wrong_secret') return refused;
  const write = await client.post(`${api}/products/batch`, {});
  if (!write.ok) return refused;
  const message =
    'The key may only write. Set its access to Read/Write under WooCommerce > Settings > Advanced > REST API.';
  return { kind: 'write_only', message, failure };
}

type LegacyFound =
  | Found
  | {
      readonly ok: false;
      /** `missing`: nothing answers there. `off`: WooCommerce says that it is. `refused`: it is on, and doesn't take the key. */
      readonly because: 'missing' | 'off' | 'refused' | 'too_old';
      readonly woocommerce: string | null;
      readonly problem: AccessProblem;
    };

async function tryLegacyApi(ways: Ways): Promise<LegacyFound> {
  const nothing = { ok: false, because: 'missing', woocommerce: null, problem: NO_SHOP } as const;
  for (const root of LEGACY_ROOTS) {
    for (const api of LEGACY_VERSIONS) {
      const restUrl = legacyRoot(ways.home, root, api);
      // Its index is public, and tells the version of WooCommerce.
      const index = await asking(ways, restUrl, 'none', (client) => client.get('', {}, INDEX));
      if (!index.ok) {
        const { failure } = index;
        if (failure.kind === 'not_found' && failure.code === 'woocommerce_api_disabled') {
          const message = `The Legacy API is off: ${legacyAdvice(null)}.`;
          return { ok: false, because: 'off', woocommerce: null, problem: { kind: 'legacy_off', message, failure } };
        }
        continue;
      }
      const { store } = (index.body ?? {}) as { store?: { wc_version?: unknown } };
      if (store === undefined || store === null) continue;
      const woocommerce = versionText(store.wc_version);
      if (api === 'legacy/v1' || isTooOld(woocommerce)) return { ...tooOld(woocommerce), woocommerce };
      return asking(ways, restUrl, undefined, async (client): Promise<LegacyFound> => {
        const products = await client.get('products', { 'filter[limit]': 1, fields: 'id' });
        if (!products.ok) {
          const { failure } = products;
          const because = failure.kind === 'unauthorized' ? refusedKey(failure) : problemOf(failure);
          return { ok: false, because: 'refused', woocommerce, problem: because };
        }
        const { authentication, oddities } = mannersOf(client, restUrl, [products]);
        const skills = { variationsTogether: false, modifiedAfter: true };
        return { ok: true, api, restUrl, authentication, woocommerce, ...skills, oddities };
      });
    }
  }
  return nothing;
}

function isTooOld(woocommerce: string | null): boolean {
  const [major = 0, minor = 0] = (woocommerce ?? '').split('.').map(Number);
  return woocommerce !== null && (major < 2 || (major === 2 && minor < 2));
}

function tooOld(woocommerce: string | null) {
  const which = woocommerce === null ? 'WooCommerce older than 2.2' : `WooCommerce ${woocommerce}`;
  const message = `The shop runs on ${which}. DSTNC supports WooCommerce 2.2 and newer: update WooCommerce to its latest version.`;
  return { ok: false, because: 'too_old', problem: { kind: 'too_old', message } } as const;
}

const STRIPPED =
  "The store's answers have PHP warnings in them, which are cut off. Switch WP_DEBUG_DISPLAY off in wp-config.php; the PHP error log says where they come from.";

/** How it took the key, and what had to be put up with. */
function mannersOf(
  client: StoreClient,
  restUrl: string,
  answers: readonly StoreAnswer[],
): Pick<StoreAccess, 'authentication' | 'oddities'> {
  const minutes = Math.round((client.clockOffMs ?? 0) / 60_000);
  const oddities = [
    ...(answers.some((answer) => answer.ok && answer.stripped) ? [STRIPPED] : []),
    ...(minutes === 0
      ? []
      : [
          `The store's clock is ${Math.abs(minutes)} minutes ${minutes > 0 ? 'ahead' : 'behind'}: its signatures over http are made by that clock. Ask the host to set it.`,
        ]),
    ...(client.headerStripped
      ? ['Something in front of the store removes the Authorization header, so the key goes in the address.']
      : []),
  ];
  const plain = new URL(restUrl).protocol === 'http:';
  return { authentication: plain ? 'oauth1' : client.headerStripped ? 'query' : 'basic', oddities };
}

const NO_SHOP: AccessProblem = {
  kind: 'not_a_shop',
  message: 'Nothing at this address answers as WordPress or WooCommerce do. Check the address.',
};

function problemOf(failure: StoreFailure): AccessProblem {
  switch (failure.kind) {
    case 'unauthorized':
      return refusedKey(failure);
    case 'not_json':
      return pageProblem(failure);
    case 'forbidden_address':
      return { kind: 'address', message: failure.message, failure };
    case 'not_found':
      return { kind: 'not_a_shop', message: failure.message, failure };
    case 'redirect':
    case 'refused':
    case 'mismatch':
    case 'truncated':
    case 'too_large':
      return { kind: 'blocked', message: failure.message, failure };
    default: {
      const blocker = recogniseBlocker(failure);
      if (blocker === null) return { kind: 'unreachable', message: failure.message, failure };
      return { kind: 'blocked', failure, message: `${blocker.name} turns requests away. ${blocker.advice}` };
    }
  }
}

/** A client for a few requests. */
async function asking<Result>(
  { home, credentials, allowPrivate, dispatcher, timeoutMs = 20_000 }: Ways,
  restUrl: string,
  authentication: 'none' | undefined,
  ask: (client: StoreClient) => Promise<Result>,
): Promise<Result> {
  const connections = dispatcher === undefined ? {} : { dispatcher };
  const client = createStoreClient({
    home,
    restUrl,
    credentials,
    allowPrivate,
    timeoutMs,
    authentication,
    ...connections,
  });
  return ask(client).finally(() => client.close());
}

function failed(problem: AccessProblem): Failed {
  return { ok: false, problem };
}
