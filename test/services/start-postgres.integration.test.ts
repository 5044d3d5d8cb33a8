import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Postgres, postgresAvailability, startPostgres } from './start-postgres.ts';

const availability = postgresAvailability();
const name = availability.available ? 'a PostgreSQL' : `a PostgreSQL (skipped: ${availability.reason})`;

describe.skipIf(!availability.available)(name, () => {
  let postgres: Postgres;
  let url: string;

  beforeAll(async () => {
    postgres = await startPostgres();
    url = await postgres.createDatabase('fresh "one"');
  });

  afterAll(() => postgres?.stop());

  async function query(sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: url });
    await client.connect();
    return client
      .query(sql)
      .then(({ rows }) => rows)
      .finally(() => client.end());
  }

  test('makes databases, and keeps what was committed through a kill and a restart', async () => {
    await query('CREATE TABLE kept (n int)');
    await query('INSERT INTO kept VALUES (1)');
    await postgres.kill();
    await expect(query('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.start();
    await query('INSERT INTO kept VALUES (2)');
    await postgres.restart();
    expect(await query('SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
  });

  test('can be killed under load and started again at once', async () => {
    const busy = new Client({ connectionString: url });
    busy.on('error', () => undefined);
    await busy.connect();
    const asked = busy.query('SELECT count(*) FROM generate_series(1, 50000000)').catch((error: Error) => error);
    await postgres.kill();
    await postgres.start();
    expect(await query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(await asked).toBeInstanceOf(Error);
  });
});
