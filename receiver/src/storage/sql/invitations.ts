import type { Engine } from '../engine.ts';
import type { Storage } from '../storage.ts';

/** Connection codes that were given out. */
export function invitationsSql({ db, write }: Engine): Storage['invitations'] {
  return {
    add: ({ id, vendor, tokenHash, createdAt, expiresAt }) =>
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
      if (row === undefined) return null;
      return {
        id: row.id,
        vendor: row.vendor,
        tokenHash: row.token_hash,
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        usedAt: row.used_at,
      };
    },
  };
}
