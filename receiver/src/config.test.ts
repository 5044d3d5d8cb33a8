import { describe, expect, test } from 'vitest';
import { ConfigInvalid, everyRole, readConfig } from './config.ts';

describe('configuration', () => {
  test('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      database: { kind: 'sqlite', path: './data/receiver.db' },
      roles: everyRole,
      maxBody: 16_777_216,
      dstncUrl: undefined,
    });
  });

  test('names all faults at once', () => {
    const broken = {
      PORT: 'eighty',
      DATABASE_URL: 'mysql://x',
      ENCRYPTION_KEYS: 'a:c2hvcnQ=',
      MAX_BODY: 'much',
      DSTNC_API_URL: 'ftp://x',
    };
    const faults = (() => {
      try {
        readConfig(broken);
        return [];
      } catch (error) {
        return error instanceof ConfigInvalid ? error.faults : [];
      }
    })();
    for (const name of Object.keys(broken)) expect(faults.join('\n')).toContain(name);
    expect(faults.join('\n')).not.toContain('c2hvcnQ');
  });

  test('reads sizes, an empty variable as unset, and an address without its slash', () => {
    expect(readConfig({ MAX_BODY: '2MiB', PORT: '', PUBLIC_URL: 'https://r.example/' })).toMatchObject({
      maxBody: 2 * 1024 * 1024,
      port: 8080,
      publicUrl: 'https://r.example',
    });
  });

  test('refuses the built-in sandbox in production', () => {
    expect(() => readConfig({ NODE_ENV: 'production' })).toThrow('DSTNC_API_URL');
  });

  test('refuses private stores in production', () => {
    const production = { NODE_ENV: 'production', DSTNC_API_URL: 'https://dstnc.example', DSTNC_API_TOKEN: 'token' };
    expect(() => readConfig({ ...production, ALLOW_PRIVATE_STORES: '1' })).toThrow('ALLOW_PRIVATE_STORES');
    expect(readConfig({ ...production, ALLOW_PRIVATE_STORES: '0' }).allowPrivateStores).toBe(false);
    expect(readConfig({ ALLOW_PRIVATE_STORES: '1' }).allowPrivateStores).toBe(true);
  });

  test('refuses addresses that are none, which would be shown with their password later', () => {
    const broken = {
      DATABASE_URL: 'postgres://receiver:s3cret@/dstnc?host=/run/postgresql',
      REDIS_URL: 'redis://:s3c#ret@redis:6379/0',
    };
    expect(() => readConfig(broken)).toThrowError(
      expect.toSatisfy(
        ({ faults }: ConfigInvalid) =>
          ['DATABASE_URL', 'REDIS_URL'].every((name) => faults.some((fault) => fault.startsWith(`${name} can't be`))) &&
          !/s3c/.test(faults.join()),
      ),
    );
  });
});
