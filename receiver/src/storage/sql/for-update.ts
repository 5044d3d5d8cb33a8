import type { Engine } from '../engine.ts';

/**
 * The same query, whose rows nobody else changes until the transaction ends: for what is read and then written. SQLite has one writer
 * at a time anyway, and no words for it.
 */
export function forUpdate<Query extends { forUpdate(): Query }>({ name }: Pick<Engine, 'name'>, query: Query): Query {
  return name === 'postgres' ? query.forUpdate() : query;
}
