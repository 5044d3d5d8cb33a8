import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely';
import { DatabaseError, type Pool, type PoolClient } from 'pg';
import { StorageUnavailable } from '../storage-unavailable.ts';

/** How long an answer is waited for before the connection counts as dead (a half-open one never answers), in milliseconds. */
const ANSWER_MS = 20_000;

/**
 * Classes of SQLSTATE that say "not now" rather than "never" (https://www.postgresql.org/docs/current/errcodes-appendix.html): connection
 * exceptions, insufficient resources (a full disk), operator intervention (a restart), a lock that was not to be had, system errors;
 * 25006, a server that became a standby; and 25P03 and 25P04, a transaction that was ended because we stood still in it (a process that
 * was stopped, and goes on).
 */
const UNAVAILABLE = /^(08|53|57|58|55P03|25006|25P03|25P04)/;

/**
 * Lets Kysely's own PostgreSQL dialect run on a pool of `pg`, with what the receiver needs beside it:
 *
 * - a connection that fails or doesn't answer is {@link StorageUnavailable} and never used again, and neither is any other that was idle
 *   since: what made one go silent (a router that was restarted) did so to all;
 * - a NUL character, which a shop's text may hold and PostgreSQL's text can't, becomes the replacement character.
 *
 * @throws StorageUnavailable when the database can't answer now
 */
export function pgPool(pool: Pool): PostgresPool {
  // An idle connection that breaks leaves the pool by itself, and whoever asks next gets another one or the error.
  pool.on('error', () => {});
  const heard = new WeakMap<PoolClient, number>();
  /** Connections that were last heard of before this are not trusted; milliseconds of the monotonic clock. */
  let doubtful = Number.NEGATIVE_INFINITY;

  async function connect(): Promise<PoolClient> {
    for (;;) {
      const client = await pool.connect();
      if ((heard.get(client) ?? Number.POSITIVE_INFINITY) >= doubtful) return client;
      client.release(true);
    }
  }

  return {
    options: pool.options,
    async connect() {
      try {
        const client = await connect();
        return lent(client, {
          answered: () => heard.set(client, performance.now()),
          silent() {
            doubtful = performance.now();
          },
        });
      } catch (error) {
        throw new StorageUnavailable(error);
      }
    },
    end: () => pool.end(),
  };
}

function lent(client: PoolClient, told: { answered(): void; silent(): void }): PostgresPoolClient {
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken ??= error;
  };
  // Between two queries nobody else listens, and an error that nobody listens to ends the process.
  client.on('error', onError);

  async function query<R>(sql: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const late = setTimeout(() => {
      told.silent();
      onError(new Error(`PostgreSQL did not answer within ${ANSWER_MS / 1000} s`));
      destroy(client, broken);
    }, ANSWER_MS);
    try {
      const result = await client.query(sql, parameters.map(storable));
      told.answered();
      return result as unknown as PostgresQueryResult<R>;
    } catch (error) {
      if (error instanceof DatabaseError && !UNAVAILABLE.test(error.code ?? '')) throw error;
      // Not said by the server, so about the connection; or the server is going away.
      onError(error as Error);
      throw new StorageUnavailable(broken);
    } finally {
      clearTimeout(late);
    }
  }

  return {
    query: query as PostgresPoolClient['query'],
    release(discard) {
      client.off('error', onError);
      client.release(broken ?? discard);
    },
  };
}

/** Ends a connection that doesn't answer: its query, and whatever waits behind it, fail at once. */
function destroy(client: PoolClient, error: Error | undefined): void {
  const { connection } = client as unknown as { connection?: { stream?: { destroy(error?: Error): void } } };
  connection?.stream?.destroy(error);
}

function storable(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
}
