import { retryAfter } from '../retry-after.ts';
import { plainExcerpt } from './plain-excerpt.ts';
import type { StoreFailure } from './store-failure.ts';
import { stripWarnings } from './strip-warnings.ts';

/** An HTTP answer that was read as far as it could be. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** null: the body broke off. */
  readonly text: string | null;
  /** Takes keys and secrets out of what the store said. */
  readonly mask: (text: string) => string;
}

/** Tells an answer from a failure by status and body. The content type says nothing: hosts send JSON as HTML and HTML as JSON. */
export function judgeAnswer(
  answer: RawAnswer,
): { ok: true; body: unknown; stripped: boolean } | { ok: false; failure: StoreFailure } {
  const { status, text } = answer;
  const parsed = text === null ? null : parse(text);
  const code = parsed?.ok ? codeOf(parsed.body, answer.mask) : null;

  if (status === 429 || status === 503) {
    const page = status === 503 && parsed?.ok === false ? excerpt(answer) : '';
    return failed({ kind: 'throttled', status, excerpt: page, ...throttled(answer) });
  }
  if (status >= 500) {
    const { retryAfterMs } = throttled(answer);
    return failed({
      kind: 'server_error',
      status,
      code,
      excerpt: excerpt(answer),
      message: `The store's server failed (${said(status, code)}). Its error log says why.`,
      retryable: true,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (text === null || (parsed?.ok === false && /^[[{]/.test(text.trimStart()))) {
    return failed({
      kind: 'truncated',
      status,
      message: `The store's answer is incomplete or damaged (status ${status}). Its PHP may have stopped in the middle.`,
      retryable: true,
    });
  }
  if (!parsed?.ok || (status === 404 && code === null)) {
    return failed({
      kind: 'not_json',
      status,
      excerpt: excerpt(answer),
      message: notJson(status, text),
      retryable: true,
    });
  }
  if (status >= 200 && status < 300) return { ok: true, body: parsed.body, stripped: parsed.stripped };
  if (status === 401 || status === 403) {
    return failed({
      kind: 'unauthorized',
      status,
      code: code ?? 'unknown',
      message: `The store refuses the key (${said(status, code)}). Check that the key exists, is Read/Write, and belongs to an administrator or shop manager.`,
      retryable: false,
    });
  }
  if (status === 404 && code !== null) {
    // WooCommerce is switched off for a moment during each of its updates: this one passes by itself, too.
    const retryable = code === 'rest_no_route';
    return failed({
      kind: 'not_found',
      code,
      message: retryable
        ? "WooCommerce's REST API is not there (rest_no_route). Check that WooCommerce is active."
        : `The store does not have what was asked for (${code}).`,
      retryable,
    });
  }
  return failed({
    kind: 'refused',
    status,
    code: code ?? 'unknown',
    message: `The store refused the request (${said(status, code)}).`,
    retryable: false,
    error: parsed.body,
  });
}

function throttled({ status, headers }: RawAnswer) {
  const retryAfterMs = retryAfter(headers['retry-after']);
  return {
    message:
      status === 429
        ? 'The store asks for fewer requests (status 429).'
        : 'The store is overloaded or under maintenance (status 503).',
    retryable: true,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function excerpt({ text, mask }: RawAnswer): string {
  // Masked on both sides of stripping: a tag or a line end may have stood within the key.
  return mask(plainExcerpt(mask((text ?? '').slice(0, 20_000))));
}

function parse(text: string): { ok: true; body: unknown; stripped: boolean } | { ok: false } {
  try {
    return { ok: true, body: JSON.parse(text.trim()), stripped: false };
  } catch {
    const stripped = stripWarnings(text);
    return stripped === null ? { ok: false } : { ok: true, body: stripped.body, stripped: true };
  }
}

/**
 * WordPress's errors are `{code, message, data}`, the Legacy API's `{errors: [{code, message}]}`, or that without the list. The code ends
 * up in messages, so it must look like one.
 */
function codeOf(body: unknown, mask: (text: string) => string): string | null {
  const { errors } = (body ?? {}) as { errors?: unknown };
  const error: unknown = Array.isArray(errors) ? errors[0] : (errors ?? body);
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[\w.:-]{1,100}$/.test(code) ? mask(code) : null;
}

function said(status: number, code: string | null): string {
  return code === null ? `status ${status}` : `status ${status}, ${code}`;
}

function notJson(status: number, text: string): string {
  if (text.trim() === '') return `The store's answer is empty (status ${status}). Its PHP error log may say why.`;
  if (status === 401 || status === 403) {
    return `Something in front of WooCommerce refuses the request (status ${status}). Check password protection, firewall and security plugins.`;
  }
  if (status === 404) {
    return 'WooCommerce\'s REST API was not found (status 404). Check that permalinks are not "Plain" and that nothing blocks /wp-json/.';
  }
  return `Not WooCommerce but something else answered (status ${status}). Check caches, maintenance mode and security plugins for /wp-json/.`;
}

function failed(failure: StoreFailure): { ok: false; failure: StoreFailure } {
  return { ok: false, failure };
}
