interface Failure<Kind extends string> {
  readonly kind: Kind;
  /** One sentence for people, or two. Never a key, a secret or a query string. */
  readonly message: string;
  /** Whether the same request may succeed later without anybody doing anything about it. */
  readonly retryable: boolean;
  /** How long the store asks to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Why no usable answer came from a store. */
export type StoreFailure =
  | (Failure<'unreachable'> & {
      readonly because: 'dns' | 'refused' | 'reset' | 'tls' | 'protocol' | 'network';
      /** Node's own code, as ECONNREFUSED, where there is one. */
      readonly code: string | null;
    })
  | (Failure<'timeout'> & { readonly timeoutMs: number })
  /** The store's address is not one that may be called: see address-guard.ts. */
  | Failure<'forbidden_address'>
  /** `location` without query; null where the store named none. */
  | (Failure<'redirect'> & { readonly status: number; readonly location: string | null })
  /** 401 or 403 with WooCommerce's or WordPress's code. */
  | (Failure<'unauthorized'> & { readonly status: number; readonly code: string })
  /** 404 that WordPress or WooCommerce itself said. `rest_no_route`: WooCommerce is switched off. */
  | (Failure<'not_found'> & { readonly code: string })
  /** Something else answered: a page, a firewall, a cache. `excerpt`: its first 200 characters as plain text. */
  | (Failure<'not_json'> & { readonly status: number; readonly excerpt: string })
  /** Half an answer. */
  | (Failure<'truncated'> & { readonly status: number })
  | (Failure<'too_large'> & { readonly maxBytes: number })
  /** 429 or 503. `excerpt`: of the page that a 503 came with, as security plugins and maintenance modes send them; `''`: none. */
  | (Failure<'throttled'> & { readonly status: number; readonly excerpt: string })
  /** Any other 5xx, whatever its body; `code` where that was WordPress's JSON. */
  | (Failure<'server_error'> & { readonly status: number; readonly code: string | null; readonly excerpt: string })
  /** Any other 4xx with WordPress's code. `error`: all that it said, unchecked and never to be shown as it is. */
  | (Failure<'refused'> & { readonly status: number; readonly code: string; readonly error?: unknown })
  /** A proper answer to another question: another product's, another shape. A cache or a plugin is in between. */
  | Failure<'mismatch'>;
