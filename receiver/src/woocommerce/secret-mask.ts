import type { StoreCredentials } from '../stores/store.ts';

/**
 * Makes the function through which every text from a store goes before it is kept: error pages like to repeat the address that was
 * asked, and the key may have been in its query.
 */
export function secretMask({ consumerKey, consumerSecret }: StoreCredentials): (text: string) => string {
  const secrets = [
    consumerSecret,
    consumerKey,
    Buffer.from(`${consumerKey}:${consumerSecret}`).toString('base64'),
    encodeURIComponent(consumerSecret),
    encodeURIComponent(consumerKey),
  ].filter((secret) => secret !== '');
  return (text) =>
    secrets
      .reduce((masked, secret) => masked.replaceAll(secret, '[hidden]'), text)
      .replace(/\b(consumer_(?:key|secret)|oauth_\w+)=[^&\s"'<>]+/gi, '$1=[hidden]');
}
