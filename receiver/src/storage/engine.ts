import type { Kysely } from 'kysely';
import type { GroupCommit } from './group-commit.ts';
import type { Schema } from './schema.ts';

/** What the SQL in this folder needs of a database. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres';
  /** For reading only. */
  readonly db: Kysely<Schema>;
  /** For everything that writes: durable once it resolves. */
  readonly write: GroupCommit;
  /** The same for what must not wait behind other writes. */
  readonly urgent: GroupCommit;
  /** One process alone uses this database: leases found at its start belong to a dead one. */
  readonly exclusive: boolean;
  /** The time that all who use this database go by, milliseconds since 1970. */
  time(): Promise<number>;
  close(): Promise<void>;
}
