import { dateI18n, getSettings } from '@wordpress/date';
import { __, _x, sprintf } from '@wordpress/i18n';
import { locale } from './locale.ts';

// All in the shop's time zone and formats, as everywhere in wp-admin, not in those of the computer that looks at it.

/** Date and time to the second. */
export function exactTime(at: string): string {
  /* translators: 1: date, 2: time */
  return sprintf(_x('%1$s, %2$s', 'date and time', 'dstnc-for-woocommerce'), date(at), timeOfDay(at));
}

/** The date, as the shop writes dates. */
export function date(at: string): string {
  return dateI18n(getSettings().formats.date, at);
}

/** `14:03:07` today, with its date on any other day. */
export function clockTime(at: string, now: number): string {
  return sameDay(at, now) ? timeOfDay(at) : exactTime(at);
}

/** `since 09:12 today`, `since March 3, 2026`, within a sentence. */
export function since(at: string, now: number): string {
  if (sameDay(at, now)) {
    /* translators: %s: time of day, as in "since 09:12 today" */
    return sprintf(__('since %s today', 'dstnc-for-woocommerce'), dateI18n(getSettings().formats.time, at));
  }
  /* translators: %s: date, as in "since March 3, 2026" */
  return sprintf(__('since %s', 'dstnc-for-woocommerce'), date(at));
}

/** `Since 09:12 today`, `Since March 3, 2026`: a line of its own. */
export function sinceLine(at: string, now: number): string {
  if (sameDay(at, now)) {
    /* translators: %s: time of day, as in "Since 09:12 today" */
    return sprintf(__('Since %s today', 'dstnc-for-woocommerce'), dateI18n(getSettings().formats.time, at));
  }
  /* translators: %s: date and time, as in "Since March 3, 2026, 09:12:44" */
  return sprintf(__('Since %s', 'dstnc-for-woocommerce'), exactTime(at));
}

/** How long ago something was: `4 s ago`, `12 minutes ago`, `yesterday`. */
export function ago(at: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(at)) / 1000));
  if (seconds < 1) return __('just now', 'dstnc-for-woocommerce');
  if (seconds < 60) {
    /* translators: %s: number of seconds, as in "4 s ago" */
    return sprintf(__('%s s ago', 'dstnc-for-woocommerce'), new Intl.NumberFormat(locale()).format(seconds));
  }
  const inWords = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  const units = [
    ['minute', 60, 60],
    ['hour', 3_600, 24],
    ['day', 86_400, 30],
    ['month', 2_629_746, 12],
  ] as const;
  for (const [unit, length, most] of units) {
    const count = Math.floor(seconds / length);
    if (count < most) return inWords.format(-count, unit);
  }
  return inWords.format(-Math.floor(seconds / 31_556_952), 'year');
}

function timeOfDay(at: string): string {
  return dateI18n(_x('H:i:s', 'time with seconds, as PHP’s date() takes it', 'dstnc-for-woocommerce'), at);
}

function sameDay(at: string, now: number): boolean {
  return dateI18n('Y-m-d', at) === dateI18n('Y-m-d', new Date(now));
}
