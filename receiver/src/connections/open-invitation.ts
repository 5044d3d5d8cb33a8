import type { InvitationRow, Storage } from '../storage/storage.ts';
import type { ConnectionCodes } from './connection-code.ts';
import { hashToken } from './secret-token.ts';

/** Why a code opens nothing. */
export type CodeFault = 'malformed' | 'foreign' | 'expired' | 'used';

/** See {@link openInvitation}. */
export type OpenedInvitation =
  | { readonly ok: true; readonly invitation: InvitationRow }
  | { readonly ok: false; readonly fault: CodeFault };

/** Finds the invitation that a connection code belongs to, if it can still be used. Nothing is looked up for a code that isn't ours. */
export async function openInvitation(
  { storage, codes, clock }: { storage: Pick<Storage, 'invitations'>; codes: ConnectionCodes; clock: () => number },
  code: string,
): Promise<OpenedInvitation> {
  const reading = codes.read(code);
  if (!reading.ok) return { ok: false, fault: reading.kind };
  const { token, expiresAt } = reading.code;
  const invitation = await storage.invitations.byTokenHash(hashToken(token));
  // Signed by us and not known: the database is another than the one that it was made with.
  if (invitation === null) return { ok: false, fault: expiresAt <= clock() ? 'expired' : 'foreign' };
  if (invitation.usedAt !== null) return { ok: false, fault: 'used' };
  if (invitation.expiresAt <= clock()) return { ok: false, fault: 'expired' };
  return { ok: true, invitation };
}
