import { describe, expect, test } from 'vitest';
import { ForbiddenAddressError } from './forbidden-address-error.ts';
import { networkFailure } from './network-failure.ts';

const withCode = (code: string) => Object.assign(new Error('consumer_secret=cs_1'), { code });

describe('an error on the way', () => {
  test.each([
    ['ENOTFOUND', 'dns'],
    ['EAI_AGAIN', 'dns'],
    ['ECONNREFUSED', 'refused'],
    ['ECONNRESET', 'reset'],
    ['UND_ERR_SOCKET', 'reset'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['UND_ERR_HEADERS_OVERFLOW', 'protocol'],
    ['EHOSTUNREACH', 'network'],
  ])('%s is unreachable: %s', (code, because) => {
    const failure = networkFailure(withCode(code), 1000);
    expect(failure).toMatchObject({ kind: 'unreachable', because, code, retryable: true });
    expect(failure.message).not.toContain('cs_1');
  });

  test.each(['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT'])('%s is a timeout', (code) => {
    expect(networkFailure(withCode(code), 1000)).toMatchObject({ kind: 'timeout', timeoutMs: 1000, retryable: true });
  });

  test('is found inside other errors', () => {
    const inner = new ForbiddenAddressError('Not this one.');
    expect(networkFailure(new AggregateError([withCode('ECONNREFUSED'), inner]), 1)).toMatchObject({
      kind: 'forbidden_address',
      message: 'Not this one.',
      retryable: false,
    });
    expect(networkFailure(new Error('outer', { cause: withCode('ENOTFOUND') }), 1)).toMatchObject({ because: 'dns' });
    expect(networkFailure('what', 1)).toMatchObject({ kind: 'unreachable', because: 'network', code: null });
  });
});
