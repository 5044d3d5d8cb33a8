import type { Kysely } from 'kysely';
import { sql } from 'kysely';
import type { Schema } from '../schema.ts';
import type { Claim, ClaimResult, DeadLetter, GroupKey, ItemHistory, ItemRow } from '../storage.ts';
import { putDeadLetter } from './put-dead-letter.ts';

/** Rows to a statement: well under SQLite's 32 766 parameters. */
const ROWS = 500;

/** The row of a claim, as long as the claim holds it. */
function leased(trx: Kysely<Schema>, { storeId, groupId, owner, rev }: Claim) {
  return trx
    .updateTable('groups')
    .where('store_id', '=', storeId)
    .where('group_id', '=', groupId)
    .where('lease_owner', '=', owner)
    .where('rev', '=', rev);
}

/** See {@link finishClaim}. */
export interface Finishing {
  readonly claim: Claim;
  readonly result: ClaimResult;
  readonly now: number;
}

/** Writes how a claim ended and gives its lease back. @returns false: the lease was lost meanwhile, and nothing is written */
export async function finishClaim(trx: Kysely<Schema>, { claim, result, now }: Finishing): Promise<boolean> {
  // Marks that arrived while the lease was held cause another round; without them the group is clean.
  const settled = {
    lease_owner: null,
    attempts: 0,
    waiting_for: null,
    failing_ms: 0,
    failed_at: null,
    discarded_json: null,
    due_at: sql<number>`case when dirty_seq > ${claim.seq} then cast(${now} as bigint) else null end`,
    marked_at: sql<number>`case when dirty_seq > ${claim.seq} then coalesce(remarked_at, ${now}) else null end`,
    remarked_at: null,
    bulk: sql<number>`case when dirty_seq > ${claim.seq} then bulk else 1 end`,
  };

  switch (result.kind) {
    case 'agreed': {
      const { sent } = result;
      const { numUpdatedRows } = await leased(trx, claim)
        .set({
          ...settled,
          in_doubt: 0,
          content_hash: result.contentHash,
          inventory_json: result.inventoryJson,
          listing_json: result.listingJson,
          rejected_json: null,
          read_at: result.readAt,
          tries: claim.attempts + 1,
          ...(sent && {
            accepted_rev: claim.rev,
            accepted_state: result.state,
            purchasable: Number(result.purchasable),
            late_ms: Math.max(0, sent.acceptedAt - claim.markedAt),
            sent_at: sent.sentAt,
            accepted_at: sent.acceptedAt,
          }),
        })
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await putItems(trx, claim, result.items);
      if (sent) await addHistory(trx, claim.storeId, sent.history);
      await closeLetters(trx, claim);
      return true;
    }
    case 'forgotten': {
      const { numUpdatedRows } = await leased(trx, claim)
        .set({ ...settled, in_doubt: 0 })
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await closeLetters(trx, claim, ['undeliverable']);
      const { numDeletedRows } = await trx
        .deleteFrom('groups')
        .where('store_id', '=', claim.storeId)
        .where('group_id', '=', claim.groupId)
        .where('due_at', 'is', null)
        .executeTakeFirstOrThrow();
      if (numDeletedRows === 0n) return true;
      // What was refused, or tried in vain, is known by name already: nobody could settle or open it any more.
      await trx
        .deleteFrom('items')
        .where('store_id', '=', claim.storeId)
        .where('group_id', '=', claim.groupId)
        .execute();
      await closeLetters(trx, claim);
      return true;
    }
    case 'rejected': {
      const { numUpdatedRows } = await leased(trx, claim)
        .set({
          ...settled,
          in_doubt: Number(result.inDoubt || claim.inDoubt),
          listing_json: result.listingJson,
          rejected_json: JSON.stringify(result.rejection),
          read_at: result.readAt,
          sent_at: result.sentAt,
        })
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      await putItems(trx, claim, result.items);
      // DSTNC's word takes the place of a story about how it could not be had.
      await closeLetters(trx, claim, ['undeliverable']);
      await putDeadLetter(
        trx,
        {
          storeId: claim.storeId,
          kind: 'rejection',
          subject: String(claim.groupId),
          reason: result.rejection.reason,
          at: now,
          story: JSON.parse(result.storyJson),
          body: null,
        },
        claim.seq,
      );
      return true;
    }
    case 'retry': {
      const { heldRev, listing, failing, letter } = result;
      const { numUpdatedRows } = await leased(trx, claim)
        .set({
          lease_owner: null,
          attempts: claim.attempts + 1,
          waiting_for: result.waitingFor,
          due_at: result.dueAt,
          in_doubt: Number(result.inDoubt || claim.inDoubt),
          ...(failing && { failing_ms: failing.ms, failed_at: failing.at, discarded_json: null }),
          ...(heldRev !== undefined && { rev: Math.max(heldRev, claim.rev) }),
          ...(listing && { listing_json: listing.json, read_at: listing.readAt }),
        })
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return false;
      if (listing) await putItems(trx, claim, listing.items);
      if (letter) {
        await putDeadLetter(
          trx,
          {
            storeId: claim.storeId,
            kind: 'undeliverable',
            subject: String(claim.groupId),
            reason: letter.reason,
            at: now,
            story: letter.story,
            body: null,
          },
          claim.seq,
        );
      }
      return true;
    }
  }
}

async function putItems(trx: Kysely<Schema>, { storeId, groupId }: GroupKey, items: readonly ItemRow[]): Promise<void> {
  const rows = items.map(({ itemId, externalId, title, sku }) => ({
    store_id: storeId,
    item_id: itemId,
    group_id: groupId,
    external_id: externalId,
    title,
    sku,
  }));
  for (let from = 0; from < rows.length; from += ROWS) {
    await trx
      .insertInto('items')
      .values(rows.slice(from, from + ROWS))
      .onConflict((conflict) =>
        conflict
          .columns(['store_id', 'item_id'])
          .doUpdateSet({
            group_id: sql`excluded.group_id`,
            external_id: sql`excluded.external_id`,
            title: sql`excluded.title`,
            sku: sql`excluded.sku`,
          })
          .where(
            sql<boolean>`items.title <> excluded.title or items.sku <> excluded.sku or items.group_id <> excluded.group_id`,
          ),
      )
      .execute();
  }
}

async function addHistory(trx: Kysely<Schema>, storeId: string, entries: readonly ItemHistory[]): Promise<void> {
  const rows = entries.map(({ externalId, at, cause, state, rule, tracked, quantity, purchasable }) => ({
    store_id: storeId,
    external_id: externalId,
    at: Date.parse(at),
    cause,
    state,
    rule,
    tracked: tracked === null ? null : Number(tracked),
    quantity,
    purchasable: purchasable === null ? null : Number(purchasable),
  }));
  for (let from = 0; from < rows.length; from += ROWS) {
    await trx
      .insertInto('history')
      .values(rows.slice(from, from + ROWS))
      .execute();
  }
}

/** The group's letters of these kinds are settled. Nothing is looked for where there can't be any. */
async function closeLetters(
  trx: Kysely<Schema>,
  { storeId, groupId, rejected, failing }: Claim,
  kinds: readonly DeadLetter['kind'][] = ['rejection', 'undeliverable'],
): Promise<void> {
  if (!rejected && failing.ms === 0) return;
  await trx
    .deleteFrom('dead_letters')
    .where('store_id', '=', storeId)
    .where('kind', 'in', kinds)
    .where('subject', '=', String(groupId))
    .execute();
}
