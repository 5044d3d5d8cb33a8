import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigInvalid, readConfig } from '../config.ts';
import { localSecrets } from './local-secrets.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dstnc-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const config = (env: Record<string, string> = {}) =>
  readConfig({ DATABASE_URL: `sqlite:${join(folder, 'data', 'receiver.db')}`, ...env });
const file = (name: string) => join(folder, 'data', name);

describe('local secrets', () => {
  test('are made at the first start, readable by their owner only, and kept', () => {
    const first = localSecrets(config());
    expect(first.adminToken.length).toBeGreaterThanOrEqual(32);
    expect([...first.encryptionKeys.values()].map(({ length }) => length)).toEqual([32]);
    expect(first.adminTokenFile).toBe(file('admin-token'));
    for (const name of ['admin-token', 'encryption-keys']) expect(statSync(file(name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o077).toBe(0);
    expect(localSecrets(config())).toEqual(first);
  });

  test('another database has others', () => {
    const here = localSecrets(config());
    const there = localSecrets(config({ DATABASE_URL: `sqlite:${join(folder, 'other', 'receiver.db')}` }));
    expect(there.adminToken).not.toBe(here.adminToken);
    expect(there.encryptionKeys).not.toEqual(here.encryptionKeys);
  });

  test('come from the configuration where it has them, and then nothing is written', () => {
    const key = Buffer.alloc(32, 1);
    const given = { ADMIN_TOKEN: 'an-operators-own-token', ENCRYPTION_KEYS: `k9:${key.toString('base64')}` };
    expect(localSecrets(config(given))).toEqual({
      adminToken: 'an-operators-own-token',
      encryptionKeys: new Map([['k9', key]]),
      adminTokenFile: undefined,
    });
    expect(() => readFileSync(file('admin-token'))).toThrow('ENOENT');
    expect(() => readFileSync(file('encryption-keys'))).toThrow('ENOENT');
  });

  test.each(['', 'garbage', 'k1:c2hvcnQ='])('a key file that is unusable is not replaced: %j', (content) => {
    localSecrets(config());
    writeFileSync(file('encryption-keys'), content);
    expect(() => localSecrets(config())).toThrow(ConfigInvalid);
    expect(readFileSync(file('encryption-keys'), 'utf8')).toBe(content);
  });

  test('a folder that is none is a fault of the configuration', () => {
    writeFileSync(join(folder, 'data'), 'a file');
    expect(() => localSecrets(config())).toThrow(ConfigInvalid);
  });

  test('an empty token file lets nobody in, and says so', () => {
    localSecrets(config());
    writeFileSync(file('admin-token'), '\n');
    expect(() => localSecrets(config())).toThrow(/admin-token is empty/);
  });
});
