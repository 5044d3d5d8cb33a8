import { type Dispatcher, request } from 'undici';
import manifest from '../../package.json' with { type: 'json' };
import type { StoreCredentials } from '../stores/store.ts';
import { checkStoreUrl } from './address-guard.ts';
import { judgeAnswer } from './judge-answer.ts';
import { networkFailure, timeoutFailure } from './network-failure.ts';
import { signOAuth1 } from './oauth1.ts';
import { readBody } from './read-body.ts';
import { readRestRoot, restAddress, usualRestRoot } from './rest-root.ts';
import { secretMask } from './secret-mask.ts';
import type { StoreAnswer } from './store-answer.ts';
import { storeDispatcher } from './store-dispatcher.ts';
import type { StoreFailure } from './store-failure.ts';

/** Query parameters; those that are undefined are left out. */
export type StoreQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** See {@link createStoreClient}. */
export interface StoreClientOptions {
  /** The store's home address; with a path where WordPress is in a subfolder. */
  readonly home: string | URL;
  /** Where its REST API answers, if that isn't `{home}/wp-json/`: see rest-root.ts. */
  readonly restUrl?: string | undefined;
  readonly credentials: StoreCredentials;
  /** Development (`ALLOW_PRIVATE_STORES=1`): http, any port and private addresses are allowed. */
  readonly allowPrivate: boolean;
  /** For a whole request, from name resolution to the last byte, a second attempt included. 30 000 unless given. */
  readonly timeoutMs?: number;
  /** Of a body, decompressed. 64 MiB unless given. */
  readonly maxBytes?: number;
  /** Connections to share; must come from `storeDispatcher()`, which guards addresses. The client's own unless given. */
  readonly dispatcher?: Dispatcher;
  /**
   * How to authenticate; by the scheme of `home` unless given: https `basic`, http `oauth1`. `query`: it is known that something strips
   * the Authorization header. `none`: for what is public, since WordPress refuses keys that it takes for passwords of its own.
   */
  readonly authentication?: 'basic' | 'query' | 'oauth1' | 'none' | undefined;
}

/** Asks one store's REST API. Whatever happens is in the answer; nothing throws. */
export interface StoreClient {
  /** @param path as `wc/v3/products/12`, below the root of the REST API */
  get(path: string, query?: StoreQuery, options?: RequestOptions): Promise<StoreAnswer>;
  /** @param body sent as JSON */
  post(path: string, body: unknown, options?: RequestOptions): Promise<StoreAnswer>;
  delete(path: string, query?: StoreQuery, options?: RequestOptions): Promise<StoreAnswer>;
  /** Ends the client's own connections; those of a given dispatcher stay. */
  close(): Promise<void>;
  /** The store was found to take the key in the query only: something in front of it strips the Authorization header. */
  readonly headerStripped: boolean;
  /** By how much the store's clock is ahead of ours, in milliseconds, where OAuth had to be signed by it. */
  readonly clockOffMs?: number;
}

/** Other limits than the client's own, and a way to break off. */
export interface RequestOptions {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
  /** Breaks it off; the answer is a failure then. */
  readonly signal?: AbortSignal;
}

interface Exchange {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: URL;
  readonly body: string | undefined;
  readonly authentication: 'basic' | 'query' | 'oauth1' | 'none';
  /** What to sign with, milliseconds since 1970. */
  readonly now: number;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

const COMMON_HEADERS = {
  // Plain: hosts and firewalls treat browsers, libraries and addresses in a User-Agent specially.
  'user-agent': `DSTNC/${manifest.version}`,
  accept: 'application/json',
  'accept-encoding': 'identity',
  'cache-control': 'no-cache',
};

/** WooCommerce takes a signature that is fifteen minutes old, or young: a clock that is further off is the reason why it doesn't. */
const CLOCKS_APART_MS = 10 * 60_000;

let requests = 0;

/**
 * Makes a client for one store.
 *
 * Over https the key goes as Basic authentication; where that is answered with 401, once more in the query string, since some hosts
 * strip `Authorization`, and what worked is remembered. Over http WooCommerce takes OAuth 1.0a alone; where the store's clock is so far
 * from ours that it refuses that, it is signed once more by the store's own, and that is remembered, too. Redirects are not followed:
 * they would carry the key elsewhere, and a POST would become a GET.
 */
export function createStoreClient(options: StoreClientOptions): StoreClient {
  const { credentials, allowPrivate } = options;
  const limits = { timeoutMs: options.timeoutMs ?? 30_000, maxBytes: options.maxBytes ?? 64 * 1024 * 1024 };
  const home = checkStoreUrl(options.home, { allowPrivate });
  const named = options.restUrl === undefined ? null : readRestRoot(options.restUrl);
  // It may lead elsewhere than the home address, so it has to pass the same check.
  const reached = named === null ? home : checkStoreUrl(named.url, { allowPrivate });
  const own = options.dispatcher ? null : storeDispatcher({ allowPrivate, connectTimeoutMs: limits.timeoutMs });
  const dispatcher = options.dispatcher ?? own ?? undefined;
  const mask = secretMask(credentials);
  let headerStripped = options.authentication === 'query';
  let clockOffMs = 0;
  /** What the last refusal of a signature showed of the store's clock. */
  let seenOffMs = 0;

  async function ask(
    method: Exchange['method'],
    path: string,
    content: { query?: StoreQuery | undefined; body?: string; options?: RequestOptions | undefined },
  ) {
    // At every request, and not only when a store is added: the guard of the lookup never sees a literal address.
    if (!home.ok) return failed({ kind: 'forbidden_address', message: home.reason, retryable: false });
    if (!reached.ok) return failed({ kind: 'forbidden_address', message: reached.reason, retryable: false });
    const root = named ?? usualRestRoot(home.url);
    const startedAt = performance.now();
    const authentication = options.authentication ?? (root.url.protocol === 'https:' ? 'basic' : 'oauth1');
    const { timeoutMs, maxBytes, signal } = { ...limits, signal: undefined, ...content.options };
    const timeout = AbortSignal.timeout(timeoutMs);
    const exchange: Omit<Exchange, 'authentication'> = {
      method,
      now: Date.now() + clockOffMs,
      url: withQuery(restAddress(root, path), content.query ?? {}),
      body: content.body,
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
      timeoutMs,
      maxBytes,
    };
    if (method === 'GET') refresh(exchange.url);

    if (authentication === 'none') return timed(await once({ ...exchange, authentication }), startedAt);
    if (authentication === 'oauth1') return timed(await signed(exchange), startedAt);
    if (headerStripped) return timed(await once({ ...exchange, authentication: 'query' }), startedAt);
    const first = await once({ ...exchange, authentication: 'basic' });
    if (first.ok || !('status' in first.failure) || first.failure.status !== 401) return timed(first, startedAt);
    const second = await once({ ...exchange, authentication: 'query' });
    headerStripped = second.ok;
    // What the second attempt met on its way matters only if it got as far as WooCommerce; but of what changes something it must not look
    // as if it had been refused when it may have been done.
    const told =
      method !== 'GET' || second.ok || ['unauthorized', 'not_found', 'refused'].includes(second.failure.kind);
    return timed(told ? second : first, startedAt);
  }

  async function signed(exchange: Omit<Exchange, 'authentication'>): Promise<StoreAnswer> {
    const first = await once({ ...exchange, authentication: 'oauth1' });
    const refused = !first.ok && first.failure.kind === 'unauthorized';
    if (!refused || Math.abs(seenOffMs - clockOffMs) < CLOCKS_APART_MS) return first;
    const off = seenOffMs;
    const second = await once({ ...exchange, now: Date.now() + off, authentication: 'oauth1' });
    if (!second.ok && second.failure.kind === 'unauthorized') return first;
    clockOffMs = off;
    return second;
  }

  async function once(exchange: Exchange): Promise<StoreAnswer> {
    const { method, body, signal, timeoutMs, maxBytes } = exchange;
    const { url, authorization } = authenticated(exchange, credentials);
    let response: Dispatcher.ResponseData;
    try {
      response = await request(url, {
        method,
        headers: {
          ...COMMON_HEADERS,
          ...(authorization === undefined ? {} : { authorization }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body ?? null,
        signal,
        // The signal is over all of it; undici's own limits would end long answers sooner or later than it.
        headersTimeout: 0,
        bodyTimeout: 0,
        ...(dispatcher === undefined ? {} : { dispatcher }),
      });
    } catch (error) {
      return failed(signal.aborted ? timeoutFailure(timeoutMs) : networkFailure(error, timeoutMs));
    }

    const { statusCode: status, headers } = response;
    if (status >= 300 && status < 400) {
      response.body.on('error', () => undefined).destroy();
      return failed(redirect(status, mask(headerText(headers.location) ?? ''), url));
    }
    const storeTime = status === 401 ? Date.parse(headerText(headers.date) ?? '') : Number.NaN;
    if (!Number.isNaN(storeTime)) seenOffMs = storeTime - Date.now();
    const encoding = headerText(headers['content-encoding']);
    const reading = await readBody({ body: response.body, encoding, maxBytes, signal });
    if (!reading.ok && reading.because === 'timeout') return failed(timeoutFailure(timeoutMs));
    if (!reading.ok && reading.because === 'too_large') return failed(tooLarge(maxBytes));
    const judged = judgeAnswer({ status, headers, text: reading.ok ? reading.text : null, mask });
    if (!judged.ok) return judged;
    return { ok: true, status, body: judged.body, headers, durationMs: 0, ...(judged.stripped && { stripped: true }) };
  }

  return {
    get: (path, query, options) => ask('GET', path, { query, options }),
    post: (path, body, options) => ask('POST', path, { body: JSON.stringify(body ?? null), options }),
    delete: (path, query, options) => ask('DELETE', path, { query, options }),
    get headerStripped() {
      return headerStripped;
    },
    get clockOffMs() {
      return clockOffMs;
    },
    close: async () => {
      await own?.destroy();
    },
  };
}

function withQuery(url: URL, query: StoreQuery): URL {
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}

/** WooCommerce's own REST cache (10.5 and later) obeys `_skip_cache`; hosts' page caches know no address that is new every time. */
function refresh(url: URL): void {
  requests = (requests + 1) % 1_296;
  url.searchParams.set('_skip_cache', '1');
  url.searchParams.set('_', `${Date.now().toString(36)}${requests.toString(36).padStart(2, '0')}`);
}

function authenticated({ method, url, authentication, now }: Exchange, credentials: StoreCredentials) {
  const { consumerKey, consumerSecret } = credentials;
  switch (authentication) {
    case 'none':
      return { url, authorization: undefined };
    case 'oauth1': {
      const secretAlone = /\/wc-api\/v[12]\//.test(url.pathname);
      return {
        url: signOAuth1({ method, url, consumerKey, consumerSecret, now, secretAlone }),
        authorization: undefined,
      };
    }
    case 'query': {
      const withKey = new URL(url);
      withKey.searchParams.set('consumer_key', consumerKey);
      withKey.searchParams.set('consumer_secret', consumerSecret);
      return { url: withKey, authorization: undefined };
    }
    case 'basic':
      return { url, authorization: `Basic ${Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64')}` };
  }
}

function headerText(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? header : header?.[0];
}

function redirect(status: number, target: string, asked: URL): StoreFailure {
  const parsed = target === '' ? null : URL.parse(target, asked.href);
  const location = parsed === null ? null : `${parsed.origin}${parsed.pathname}`;
  return {
    kind: 'redirect',
    status,
    location,
    message:
      location === null
        ? `The store redirects without saying where (status ${status}).`
        : `The store redirects to ${location}. Connect it under the address that it redirects to.`,
    retryable: false,
  };
}

function tooLarge(maxBytes: number): StoreFailure {
  return {
    kind: 'too_large',
    maxBytes,
    message: `The store's answer is larger than ${maxBytes} bytes and was not read to its end.`,
    retryable: false,
  };
}

function timed(answer: StoreAnswer, startedAt: number): StoreAnswer {
  return answer.ok ? { ...answer, durationMs: performance.now() - startedAt } : answer;
}

function failed(failure: StoreFailure): StoreAnswer {
  return { ok: false, failure };
}
