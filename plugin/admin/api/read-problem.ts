import { __ } from '@wordpress/i18n';
import { RequestTimedOut } from './request-timed-out.ts';
import type { Link, Problem } from './types.ts';

/**
 * Anything that a request was rejected with, as a problem to show: the shop's own words where it sent any, else what can be
 * said about an answer that never came or was not understood.
 */
export function readProblem(error: unknown): Problem {
  const said = record(record(record(error).data).problem);
  if (typeof said.title === 'string' && said.title !== '') {
    return {
      code: text(said.code) || 'unknown',
      title: said.title,
      detail: text(said.detail),
      advice: text(said.advice),
      technical: text(said.technical),
      link: readLink(said.link),
    };
  }

  const code = text(record(error).code);
  const message = text(record(error).message);
  const technical = [code, message].filter(Boolean).join(': ');
  if (error instanceof RequestTimedOut || code === 'fetch_error' || code === 'offline_error') {
    return {
      code: 'shop_silent',
      title: __('Your shop does not answer', 'dstnc-for-woocommerce'),
      detail: __('This page asked your shop, and no answer came.', 'dstnc-for-woocommerce'),
      advice: __('Check your internet connection and try again in a moment.', 'dstnc-for-woocommerce'),
      technical: technical || text(record(error).name),
      link: null,
    };
  }
  if (code === 'rest_cookie_invalid_nonce' || code === 'rest_forbidden' || code === 'rest_not_logged_in') {
    return {
      code: 'signed_out',
      title: __('You are no longer signed in', 'dstnc-for-woocommerce'),
      detail: __('Your shop asks who you are before it answers this page.', 'dstnc-for-woocommerce'),
      advice: __('Reload this page and sign in again.', 'dstnc-for-woocommerce'),
      technical,
      link: null,
    };
  }
  return {
    code: code || 'unknown',
    title: __('Your shop answered something unexpected', 'dstnc-for-woocommerce'),
    detail: __('Often a security plugin or a fault in another plugin is behind it.', 'dstnc-for-woocommerce'),
    advice: __('Try again. If it stays, send the details to DSTNC’s support.', 'dstnc-for-woocommerce'),
    technical,
    link: null,
  };
}

function readLink(value: unknown): Link | null {
  const { label, url } = record(value);
  return typeof label === 'string' && typeof url === 'string' ? { label, url } : null;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
