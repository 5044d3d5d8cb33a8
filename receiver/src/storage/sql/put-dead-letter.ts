import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Schema } from '../schema.ts';
import type { DeadLetter } from '../storage.ts';

/**
 * Keeps what waits for a person; a newer story about the same subject takes the older one's place. What goes on being tried keeps the
 * time at which it was given up: it would else be the newest of the list after each try.
 *
 * @param covers the newest mark of the group that it is about; null: it is about no group
 */
export async function putDeadLetter(
  trx: Kysely<Schema>,
  letter: Omit<DeadLetter, 'id'>,
  covers: number | null,
): Promise<void> {
  const { storeId, kind, subject, reason, at, story, body } = letter;
  const values = { reason, at, story_json: JSON.stringify(story), body, covers };
  const { at: _at, ...newer } = values;
  const goesOn = kind === 'undeliverable' || kind === 'unreadable';
  await trx
    .insertInto('dead_letters')
    .values({ id: `dl_${randomUUID().replaceAll('-', '').slice(0, 16)}`, store_id: storeId, kind, subject, ...values })
    .onConflict((conflict) => conflict.columns(['store_id', 'kind', 'subject']).doUpdateSet(goesOn ? newer : values))
    .execute();
}
