import { __, _n, sprintf } from '@wordpress/i18n';
import { locale } from './locale.ts';

/** A number as the user's language writes it. */
export function number(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** How long something took: `0.3 s`, `12 s`, `4 min`. */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 0.05) return __('less than 0.1 s', 'dstnc-for-woocommerce');
  if (seconds < 90) {
    /* translators: %s: number of seconds, as in "0.3 s" */
    return sprintf(__('%s s', 'dstnc-for-woocommerce'), number(seconds, seconds < 10 ? 1 : 0));
  }
  /* translators: %s: number of minutes, as in "4 min" */
  return sprintf(__('%s min', 'dstnc-for-woocommerce'), number(seconds / 60));
}

/** `1 product`, `3,812 products`. */
export function productCount(count: number): string {
  /* translators: %s: number of products */
  return sprintf(_n('%s product', '%s products', count, 'dstnc-for-woocommerce'), number(count));
}
