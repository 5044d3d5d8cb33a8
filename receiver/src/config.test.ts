import { describe, expect, test } from 'vitest';
import { ConfigInvalid, readConfig } from './config.ts';

describe('configuration', () => {
  test('has a default for everything', () => {
    expect(readConfig({})).toMatchObject({
      port: 8080,
      databasePath: './data/receiver.db',
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
});
