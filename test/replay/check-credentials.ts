import type { IncomingMessage } from 'node:http';
import { type ReplayAnswer, restError } from './replay-answer.ts';

/** How a request authenticated. */
export type Authentication = 'basic' | 'query' | 'oauth' | 'none';

/** The keys that a store knows. */
interface Keys {
  readonly consumerKey: string;
  readonly consumerSecret: string;
}

/**
 * Checks the credentials of a request as far as a replay needs it: Basic and query string by key and secret, OAuth 1.0a by
 * its key only. Basic and query string are taken over plain http too, where a real store insists on OAuth.
 * @returns how it authenticated, and WooCommerce's refusal where that was wrong
 */
export function checkCredentials(
  request: IncomingMessage,
  query: URLSearchParams,
  keys: Keys,
): { readonly authentication: Authentication; readonly refusal?: ReplayAnswer } {
  const { authentication, key, secret } = credentials(request.headers.authorization ?? '', query);
  if (key === keys.consumerKey && (authentication === 'oauth' || secret === keys.consumerSecret)) {
    return { authentication };
  }
  if (authentication === 'oauth') {
    return {
      authentication,
      refusal: restError(401, 'woocommerce_rest_authentication_error', 'Consumer key is invalid.'),
    };
  }
  // An unknown key is nobody to WooCommerce, not an error of its own.
  return {
    authentication,
    refusal:
      key === keys.consumerKey
        ? restError(401, 'woocommerce_rest_authentication_error', 'Consumer secret is invalid.')
        : restError(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.'),
  };
}

function credentials(
  header: string,
  query: URLSearchParams,
): { authentication: Authentication; key?: string | undefined; secret?: string | undefined } {
  const basic = /^Basic (.+)$/i.exec(header)?.[1];
  if (basic !== undefined) {
    const [key, secret] = Buffer.from(basic, 'base64').toString().split(':', 2);
    return { authentication: 'basic', key, secret };
  }
  const oauthKey = /^OAuth .*oauth_consumer_key="([^"]+)"/i.exec(header)?.[1] ?? query.get('oauth_consumer_key');
  if (oauthKey) return { authentication: 'oauth', key: oauthKey };
  const key = query.get('consumer_key');
  if (key !== null) return { authentication: 'query', key, secret: query.get('consumer_secret') ?? undefined };
  return { authentication: 'none' };
}
