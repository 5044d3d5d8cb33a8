import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfig } from '@dstnc/receiver/config.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import { serviceAvailability } from '../services/service-availability.ts';
import { type ComposeService, composeConfig, dockerCompose } from './run-compose.ts';

const repository = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(repository, file), 'utf8');
const available = serviceAvailability(dockerCompose);
const example = read('.env.example');

const secrets = {
  PUBLIC_URL: 'https://receiver.example',
  ADMIN_TOKEN: 'an-operators-own-token',
  ENCRYPTION_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  POSTGRES_PASSWORD: 'ownPassword',
  DSTNC_API_URL: 'https://api.dstnc.example',
  DSTNC_API_TOKEN: 'own-dstnc-token',
};

/** .env.example filled in as it says, for production. */
function productionEnv(values: Readonly<Record<string, string>>): string {
  const filled = Object.entries(values).reduce(
    (text, [name, value]) => text.replace(new RegExp(`^${name}=$`, 'm'), `${name}=${value}`),
    example,
  );
  return filled.replace('#COMPOSE_FILE=', 'COMPOSE_FILE=');
}

describe('.env.example', () => {
  test('names every setting of the compose files, and no other', () => {
    const compose = read('docker-compose.yml') + read('deploy/production.yml');
    const used = new Set([...compose.matchAll(/\$\{(\w+)/g)].map(([, name]) => name));
    const named = new Set([...example.matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name));
    expect([...named].sort()).toEqual([...used].sort());
  });
});

describe.skipIf(!available.available)(
  `the compose files${available.available ? '' : `: skipped, as ${available.reason}`}`,
  () => {
    let services: ReadonlyMap<string, ComposeService>;
    const text = (name: string) => services.get(name)?.text ?? '';

    beforeAll(async () => {
      services = await composeConfig();
    });

    test('they work without an .env, and with an .env that is the example they say the same', async () => {
      expect([...services.keys()].sort()).toEqual(
        ['mariadb', 'postgres', 'proxy', 'receiver', 'redis', 'sandbox', 'setup', 'wordpress'].sort(),
      );
      expect(await composeConfig(example)).toEqual(services);
    });

    test('two receivers are reached through the proxy alone, on the port that WooCommerce calls', () => {
      expect(text('receiver')).toMatch(/replicas: 2$/m);
      expect(text('receiver')).not.toMatch(/^ {4}ports:/m);
      expect(text('proxy')).toContain('- 127.0.0.1:8080:8080/tcp');
    });

    test('databases are published nowhere, and nothing is published to other machines', () => {
      for (const name of ['postgres', 'redis', 'mariadb']) expect(text(name)).not.toMatch(/^ {4}ports:/m);
      for (const { text: service } of services.values()) {
        for (const [, port] of service.matchAll(/^ {4}- (\S+)\/tcp$/gm)) expect(port).toMatch(/^127\.0\.0\.1:/);
      }
    });

    test('the receiver takes its settings, and shops of this machine', () => {
      const config = readConfig(services.get('receiver')?.environment ?? {});
      expect(config.production).toBe(false);
      expect(config.allowPrivateStores).toBe(true);
    });

    test('every service has a health check, an init process, time to stop, and comes back by itself', () => {
      const dockerfile = read('receiver/Dockerfile');
      for (const [name, { text: service }] of services) {
        const stage = /target: (\w+)/.exec(service)?.[1];
        const ofImage = dockerfile.split(/^FROM /m).find((part) => part.split('\n')[0]?.endsWith(` AS ${stage}`));
        // What runs once has no health, and must not run for ever.
        if (name === 'setup') expect(service).toMatch(/restart: ['"]no['"]/);
        else {
          expect(service + (ofImage ?? ''), name).toMatch(/healthcheck:|^HEALTHCHECK /m);
          expect(service, name).toMatch(/restart: unless-stopped/);
        }
        expect(service, name).toMatch(/init: true/);
        expect(Number(/stop_grace_period: (\d+)s/.exec(service)?.[1]), name).toBeGreaterThanOrEqual(12);
      }
    });

    test('what is needed is waited for until it is well', () => {
      const waits = (name: string) =>
        [...text(name).matchAll(/^ {6}(\w+):\n {8}condition: service_healthy/gm)].map(([, on]) => on).sort();
      expect(waits('receiver')).toEqual(['postgres', 'redis']);
      expect(waits('proxy')).toEqual(['receiver']);
      expect(waits('wordpress')).toEqual(['mariadb']);
      expect(waits('setup')).toEqual(['mariadb', 'wordpress']);
    });

    test('what must outlive its container has a volume, and Redis never throws jobs away', () => {
      expect(text('postgres')).toContain('- postgres:/var/lib/postgresql/data:rw');
      expect(text('redis')).toContain('- redis:/data:rw');
      expect(text('mariadb')).toContain('- mariadb:/var/lib/mysql:rw');
      expect(text('wordpress')).toContain('- wordpress:/var/www/html:rw');
      expect(text('redis')).toContain('--appendonly yes');
      expect(text('redis')).toContain('--maxmemory-policy noeviction');
    });

    test('an .env cannot make it production with secrets that everybody knows', async () => {
      const asked = await composeConfig('NODE_ENV=production\n');
      expect(asked.get('receiver')?.environment.NODE_ENV).toBe('development');
    });

    test('production has no secret but its own, no shop, no sandbox, and takes no private shops', async () => {
      const production = await composeConfig(`${productionEnv(secrets)}\nALLOW_PRIVATE_STORES=1\n`);
      const receiver = production.get('receiver');
      expect(receiver?.text + (production.get('postgres')?.text ?? '')).not.toMatch(/development|sandbox:/);
      const config = readConfig(receiver?.environment ?? {});
      expect(config.production).toBe(true);
      expect(config.allowPrivateStores).toBe(false);
      expect(production.get('postgres')?.environment.POSTGRES_PASSWORD).toBe(secrets.POSTGRES_PASSWORD);
      for (const name of ['wordpress', 'setup', 'mariadb', 'sandbox']) {
        expect(production.get(name)?.text ?? 'profiles:\n    - development', name).toMatch(
          /profiles:\n {4}- development/,
        );
      }
    });

    test.each(Object.keys(secrets))('production does not start without %s', async (missing) => {
      await expect(composeConfig(productionEnv({ ...secrets, [missing]: '' }))).rejects.toThrow(`: ${missing} must be`);
    });
  },
);
