import type { AccessProblem } from './access-problem.ts';
import { recogniseBlocker } from './recognise-blocker.ts';
import type { StoreFailure } from './store-failure.ts';

/** Where the Legacy API is switched on, by the version of WooCommerce: since 9.0 it is a plugin of its own. */
export function legacyAdvice(woocommerce: string | null): string {
  const core = 'enable it under WooCommerce > Settings > Advanced > Legacy API';
  const plugin = 'install the plugin "WooCommerce Legacy REST API" from wordpress.org';
  if (woocommerce === null) return `${core}, or, from WooCommerce 9.0 on, ${plugin}`;
  return Number.parseInt(woocommerce, 10) >= 9 ? plugin : core;
}

/** What a key's refusal says. */
export function refusedKey(failure: Extract<StoreFailure, { kind: 'unauthorized' }>): AccessProblem {
  const blocker = recogniseBlocker(failure);
  if (blocker !== null) {
    return { kind: 'blocked', failure, message: `${blocker.name} turns requests away. ${blocker.advice}` };
  }
  // rest_authorization_required_code(): 403 for somebody who is logged in, and may not; the Legacy API says 401 and whose right is missing.
  if (failure.status === 403 || /_user_cannot_/.test(failure.code)) {
    return {
      kind: 'role',
      failure,
      message:
        'The store knows the key, but its user may not read products. Make the key for an administrator or shop manager.',
    };
  }
  if (/authentication_error$/.test(failure.code)) {
    return {
      kind: 'wrong_secret',
      failure,
      message:
        'The store refuses key and secret. Copy both again from WooCommerce > Settings > Advanced > REST API, or make a new key with access Read/Write.',
    };
  }
  return {
    kind: 'unknown_key',
    failure,
    message:
      "The store doesn't know the key. It was revoked, its user was deleted, it is another store's, or something removes it from requests. Make a new one under WooCommerce > Settings > Advanced > REST API.",
  };
}

/** What a page instead of an answer says. */
export function pageProblem(failure: Extract<StoreFailure, { kind: 'not_json' }>): AccessProblem {
  const blocker = recogniseBlocker(failure);
  if (blocker !== null) {
    return { kind: 'blocked', failure, message: `${blocker.name} turns requests away. ${blocker.advice}` };
  }
  const other = SYSTEMS.find(({ words }) => words.test(failure.excerpt));
  if (other !== undefined) return otherShop(other.name, failure);
  if (/log ?in|sign ?in|password|username|anmelden|passwort/i.test(failure.excerpt)) {
    return {
      kind: 'login_page',
      failure,
      message: 'A login page answers in place of the store. Take password protection off the shop and its REST API.',
    };
  }
  if (failure.status === 401 || failure.status === 403 || failure.status === 406) {
    return { kind: 'blocked', failure, message: failure.message };
  }
  return {
    kind: 'not_a_shop',
    failure,
    message:
      'No WordPress REST API answers at this address. Check the address; if it is right, press Save once under Settings > Permalinks, and see that nothing blocks /wp-json/.',
  };
}

/** Another shop than WooCommerce. */
export function otherShop(name: string, failure?: StoreFailure): AccessProblem {
  const message = `This shop runs on ${name}. DSTNC supports WooCommerce only.`;
  return { kind: 'other_shop', message, ...(failure && { failure }) };
}

/** The name of another shop plugin for WordPress among the namespaces of a REST API. */
export function otherShopPlugin(namespaces: readonly string[]): string | null {
  return SHOP_PLUGINS.find(({ namespace }) => namespaces.some((one) => namespace.test(one)))?.name ?? null;
}

const SHOP_PLUGINS: readonly { readonly namespace: RegExp; readonly name: string }[] = [
  { namespace: /^edd(-|\/|$)/, name: 'Easy Digital Downloads' },
  { namespace: /^surecart\//, name: 'SureCart' },
  { namespace: /^fluent-?cart\//, name: 'FluentCart' },
  { namespace: /^bigcommerce\//, name: 'BigCommerce for WordPress' },
  { namespace: /^ecwid/, name: 'Ecwid' },
  { namespace: /^(wp-?)?shopify/, name: 'a Shopify plugin' },
  { namespace: /^(wpsc|wp-?e-?commerce)/, name: 'WP eCommerce' },
  { namespace: /^wp-express-checkout|^wpec\//, name: 'WP Express Checkout' },
  { namespace: /^(studiocart|cart66|jigoshop|marketpress)/, name: 'another shop plugin' },
];

const SYSTEMS: readonly { readonly words: RegExp; readonly name: string }[] = [
  { words: /shopify/i, name: 'Shopify' },
  { words: /magento|adobe commerce/i, name: 'Magento' },
  { words: /prestashop/i, name: 'PrestaShop' },
  { words: /shopware/i, name: 'Shopware' },
  { words: /opencart/i, name: 'OpenCart' },
  { words: /bigcommerce/i, name: 'BigCommerce' },
  { words: /squarespace/i, name: 'Squarespace' },
  { words: /wix\.com/i, name: 'Wix' },
];
