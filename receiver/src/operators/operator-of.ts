import { createHash, timingSafeEqual } from 'node:crypto';
import { adminTokens } from './admin-tokens.ts';

/**
 * Finds whose a token is, in a time that tells nothing: all of them are compared, each in constant time, whichever it is.
 *
 * @param adminToken see admin-tokens.ts
 * @returns a function that returns the operator's name; null: it is no operator's
 */
export function operatorOf(adminToken: string): (token: string) => string | null {
  const read = adminTokens(adminToken);
  if (!read.ok) throw new TypeError(`ADMIN_TOKEN ${read.reason}`);
  const known = [...read.tokens].map(([name, token]) => ({ name, wanted: digest(token) }));
  return (token) => {
    const given = digest(token);
    let found: string | null = null;
    for (const { name, wanted } of known) if (timingSafeEqual(given, wanted)) found = name;
    return found;
  };
}

/** Equal lengths for the comparison, whatever was sent. */
function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
