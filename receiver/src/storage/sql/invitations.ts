import type { Selectable } from 'kysely';
import type { Engine } from '../engine.ts';
import type { InvitationsTable } from '../schema.ts';
import type { InvitationRow, InvitedKeys, KeyRequest, Storage } from '../storage.ts';
import { forUpdate } from './for-update.ts';

/** Connection codes that were given out, and the keys that shops make for some of them. */
export function invitationsSql(engine: Engine): Storage['invitations'] {
  const { db, write } = engine;

  /** Changes the request that this state names; null from `change`: it stays. @returns what it is then */
  function changeKeys(
    stateHash: string,
    change: (held: InvitedKeys) => KeyRequest | null,
  ): Promise<InvitedKeys | null> {
    return write(async (trx) => {
      const held = await forUpdate(
        engine,
        trx.selectFrom('invitations').selectAll().where('key_state_hash', '=', stateHash),
      ).executeTakeFirst();
      const keys = held === undefined ? null : keysOf(held);
      const request = keys && change(keys);
      if (keys === null || request === null) return null;
      await trx
        .updateTable('invitations')
        .set({ key_state_json: JSON.stringify(request) })
        .where('key_state_hash', '=', stateHash)
        .execute();
      return { ...keys, request };
    });
  }

  return {
    add: ({ id, vendor, tokenHash, createdAt, expiresAt, url }) =>
      write(async (trx) => {
        await trx
          .insertInto('invitations')
          .values({
            id,
            vendor,
            token_hash: tokenHash,
            created_at: createdAt,
            expires_at: expiresAt,
            used_at: null,
            store_id: null,
            url,
          })
          .execute();
      }),

    async openUntil(now) {
      const { last } = await db
        .selectFrom('invitations')
        .select((eb) => eb.fn.max('expires_at').as('last'))
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .executeTakeFirstOrThrow();
      return last === null ? null : Number(last);
    },

    async byTokenHash(hash) {
      const row = await db.selectFrom('invitations').selectAll().where('token_hash', '=', hash).executeTakeFirst();
      return row === undefined ? null : invitationOf(row);
    },

    beginKeys: (id, stateHash, { shop, expiresAt }) =>
      write(async (trx) => {
        const request: KeyRequest = { shop, expiresAt, takenAt: null, outcome: null };
        const { numUpdatedRows } = await trx
          .updateTable('invitations')
          .set({ key_state_hash: stateHash, key_state_json: JSON.stringify(request) })
          .where('id', '=', id)
          .where('used_at', 'is', null)
          .executeTakeFirstOrThrow();
        return numUpdatedRows === 1n;
      }),

    async byKeyState(stateHash) {
      const rows = db.selectFrom('invitations').selectAll().where('key_state_hash', '=', stateHash);
      const row = await rows.executeTakeFirst();
      return row === undefined ? null : keysOf(row);
    },

    takeKeys: (stateHash, now) =>
      changeKeys(stateHash, ({ invitation, request }) => {
        const isOpen = invitation.usedAt === null && invitation.expiresAt > now && request.expiresAt > now;
        return isOpen && request.takenAt === null ? { ...request, takenAt: now } : null;
      }),

    async endKeys(stateHash, outcome) {
      await changeKeys(stateHash, ({ request }) => ({ ...request, outcome }));
    },
  };
}

function invitationOf(row: Selectable<InvitationsTable>): InvitationRow {
  return {
    id: row.id,
    vendor: row.vendor,
    tokenHash: row.token_hash,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
    url: row.url,
  };
}

function keysOf(row: Selectable<InvitationsTable>): InvitedKeys | null {
  if (row.key_state_json === null) return null;
  return { invitation: invitationOf(row), request: JSON.parse(row.key_state_json) as KeyRequest };
}
