import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { DeadLetter } from '../storage.ts';

/** Keeps what waits for a person; a newer story about the same subject takes the older one's place. */
export async function putDeadLetter(trx: Kysely<Schema>, letter: Omit<DeadLetter, 'id'>): Promise<void> {
  const { storeId, kind, subject, reason, at, story, body } = letter;
  const values = { reason, at, story_json: JSON.stringify(story), body };
  await trx
    .insertInto('dead_letters')
    .values({ id: `dl_${randomUUID().replaceAll('-', '').slice(0, 16)}`, store_id: storeId, kind, subject, ...values })
    .onConflict((conflict) => conflict.columns(['store_id', 'kind', 'subject']).doUpdateSet(values))
    .execute();
}
