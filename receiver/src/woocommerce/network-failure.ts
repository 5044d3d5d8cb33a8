import { errors } from 'undici';
import { ForbiddenAddressError } from './forbidden-address-error.ts';
import type { StoreFailure } from './store-failure.ts';

const DNS = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL', 'ENODATA', 'ESERVFAIL']);
const RESET = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'UND_ERR_SOCKET', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED']);
const TIMEOUT = new Set(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT']);
const TLS =
  /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CRL_|HOSTNAME_MISMATCH|EPROTO$|INVALID_CA|INVALID_PURPOSE)/;

/** Sorts an error that was thrown before an answer began. The error's own text is not repeated: it may contain anything. */
export function networkFailure(error: unknown, timeoutMs: number): StoreFailure {
  const chain = [...unrolled(error)];
  const forbidden = chain.find((link) => link instanceof ForbiddenAddressError);
  if (forbidden) return { kind: 'forbidden_address', message: forbidden.message, retryable: false };

  const code = chain.map(codeOf).find((found) => found !== null) ?? null;
  if (code !== null && TIMEOUT.has(code)) return timeoutFailure(timeoutMs);
  const unreachable = { kind: 'unreachable', code, retryable: true } as const;
  const detail = code === null ? '' : ` (${code})`;
  if (chain.some((link) => link instanceof errors.HTTPParserError) || code === 'UND_ERR_HEADERS_OVERFLOW') {
    const message = `What answers at the store's address is not a web server${detail}.`;
    return { ...unreachable, because: 'protocol', message };
  }
  if (code === null) return { ...unreachable, because: 'network', message: 'The store could not be reached.' };
  if (DNS.has(code)) {
    return {
      ...unreachable,
      because: 'dns',
      message: `The store's name could not be resolved${detail}. Check its address.`,
    };
  }
  if (code === 'ECONNREFUSED') {
    return { ...unreachable, because: 'refused', message: `The store's server refuses connections${detail}.` };
  }
  if (RESET.has(code)) {
    return {
      ...unreachable,
      because: 'reset',
      message: `The store's server closed the connection without an answer${detail}.`,
    };
  }
  if (TLS.test(code)) {
    return {
      ...unreachable,
      because: 'tls',
      message: `The store's HTTPS does not work${detail}. Check its certificate: expired, incomplete, or for another name.`,
    };
  }
  return { ...unreachable, because: 'network', message: `The store could not be reached${detail}.` };
}

/** The failure of an exchange that took too long. */
export function timeoutFailure(timeoutMs: number): StoreFailure {
  return {
    kind: 'timeout',
    timeoutMs,
    message: `The store did not answer completely within ${timeoutMs / 1000} seconds.`,
    retryable: true,
  };
}

/** An error, what caused it, and what it stands for: Node tries several addresses and reports them as one. */
function* unrolled(error: unknown, depth = 0): Generator<unknown> {
  if (error === null || typeof error !== 'object' || depth > 5) return;
  yield error;
  if ('errors' in error && Array.isArray(error.errors)) {
    for (const inner of error.errors) yield* unrolled(inner, depth + 1);
  }
  if ('cause' in error) yield* unrolled(error.cause, depth + 1);
}

function codeOf(error: unknown): string | null {
  const code = error !== null && typeof error === 'object' && 'code' in error ? error.code : null;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : null;
}
