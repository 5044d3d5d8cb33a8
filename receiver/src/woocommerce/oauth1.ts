import { createHmac, randomBytes } from 'node:crypto';

/** What {@link signOAuth1} needs. */
export interface OAuth1Request {
  readonly method: string;
  /** With its query, without any `oauth_…` parameter; scheme, host and port as the store's own home address has them. */
  readonly url: URL | string;
  readonly consumerKey: string;
  readonly consumerSecret: string;
  /** Milliseconds since 1970. The store allows 15 minutes either way. */
  readonly now?: number;
  /** Fresh for every request: the store refuses one that it has seen. */
  readonly nonce?: string;
  /** The Legacy API's v1 and v2 sign with the secret alone, without the "&" of RFC 5849 (source of 3.9.1). */
  readonly secretAlone?: boolean;
}

/** A query as PHP's `$_GET` holds it: `a[b]=1` becomes a map in a map. */
type Parameters = Map<string, string | Parameters>;

/**
 * Signs a request with OAuth 1.0a, one-legged, HMAC-SHA256, in the query string: WooCommerce's way over plain http, where it
 * takes neither Basic nor keys in the query.
 *
 * The signature is made the way `WC_REST_Authentication::check_oauth_signature()` verifies it (read in 3.9.1, 8.9.3 and 11.0.1;
 * the three agree), which is RFC 5849 except in one place that matters: PHP has parsed the query before. Names sort as PHP holds
 * them, only at the top level, a repeated name counts once with its last value, and `a[]` has become `a[0]`.
 *
 * @returns the address to ask, signature included
 */
export function signOAuth1(request: OAuth1Request): URL {
  const { method, url, consumerKey, consumerSecret, now, nonce, secretAlone = false } = request;
  const signed = new URL(url);
  const query: [string, string][] = [
    ...signed.searchParams,
    ['oauth_consumer_key', consumerKey],
    ['oauth_nonce', nonce ?? randomBytes(16).toString('hex')],
    ['oauth_signature_method', 'HMAC-SHA256'],
    ['oauth_timestamp', String(Math.floor((now ?? Date.now()) / 1000))],
  ];
  const base = [
    method.toUpperCase(),
    encode(`${signed.origin}${signed.pathname}`),
    [...parsed(query)]
      .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      .flatMap(([name, value]) => joined(encode(name), value))
      .join('%26'),
  ].join('&');
  // The key is secret + "&": one-legged, there is no token secret behind it.
  const signature = createHmac('sha256', secretAlone ? consumerSecret : `${consumerSecret}&`)
    .update(base)
    .digest('base64');
  signed.search = [...query, ['oauth_signature', signature] as const]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
  return signed;
}

/** PHP's rawurlencode(): RFC 3986. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** WooCommerce's join_with_equals_sign(): name and value were encoded once, and the pair is once more; keys in brackets aren't. */
function joined(name: string, value: string | Parameters): string[] {
  if (typeof value === 'string') return [encode(`${name}=${encode(value)}`)];
  return [...value].flatMap(([key, inner]) => joined(`${name}%5B${key}%5D`, inner));
}

/** PHP's parse_str(). */
function parsed(query: readonly (readonly [string, string])[]): Parameters {
  const parameters: Parameters = new Map();
  for (const [name, value] of query) {
    const [, outer, brackets = ''] = /^([^[]+)((?:\[[^\]]*\])*)/.exec(name.trimStart()) ?? [];
    if (outer === undefined) continue;
    let map = parameters;
    let key = outer.replace(/[. ]/g, '_');
    for (const [, inner = ''] of brackets.matchAll(/\[([^\]]*)\]/g)) {
      const held = map.get(key);
      const next: Parameters = held instanceof Map ? held : new Map();
      map.set(key, next);
      map = next;
      key = inner === '' ? nextIndex(next) : inner;
    }
    map.set(key, value);
  }
  return parameters;
}

function nextIndex(map: Parameters): string {
  const indices = [...map.keys()].filter((key) => /^(0|[1-9]\d*)$/.test(key)).map(Number);
  return String(Math.max(-1, ...indices) + 1);
}
