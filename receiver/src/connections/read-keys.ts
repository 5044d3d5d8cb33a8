import type { StoreCredentials } from '../stores/store.ts';

/** See {@link readKeys}. */
export type KeysReading =
  | { readonly ok: true; readonly credentials: StoreCredentials }
  | { readonly ok: false; readonly reason: string };

/** Longest key that is sent anywhere, in characters: WooCommerce's have 43. */
const LONGEST = 200;

const AGAIN = 'Copy both again from the page that WooCommerce showed when the key was made.';

/**
 * Reads REST keys as people paste them: spaces around them are theirs, not the key's. What can be seen to be wrong without asking the shop
 * is told here, because all that WooCommerce says of it is "invalid".
 */
export function readKeys(given: StoreCredentials): KeysReading {
  const consumerKey = given.consumerKey.trim();
  const consumerSecret = given.consumerSecret.trim();
  if (/^cs_/i.test(consumerKey) || /^ck_/i.test(consumerSecret)) {
    return refused(
      'Consumer key and consumer secret are swapped, or one was entered twice: the key begins with "ck_", the secret with "cs_".',
    );
  }
  for (const [name, value] of [
    ['consumer key', consumerKey],
    ['consumer secret', consumerSecret],
  ] as const) {
    if (value === '') return refused(`The ${name} is empty. ${AGAIN}`);
    if (/^(…|\.\.\.)/.test(value)) {
      return refused(
        `This is only the end of the ${name}, as WooCommerce lists it. The whole is shown once, when the key is made: make a new key.`,
      );
    }
    if (/\s/.test(value)) return refused(`There is a space in the middle of the ${name}. ${AGAIN}`);
    if (value.length > LONGEST || !/^[\x21-\x7e]+$/.test(value)) {
      return refused(`The ${name} has characters that no key of WooCommerce has. ${AGAIN}`);
    }
  }
  return { ok: true, credentials: { consumerKey, consumerSecret } };
}

function refused(reason: string): KeysReading {
  return { ok: false, reason };
}
