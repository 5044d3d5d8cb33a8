import { createHash, randomBytes } from 'node:crypto';

/** A secret that somebody else keeps, and what is kept of it here. */
export interface SecretToken {
  /** Told once. */
  readonly token: string;
  readonly hash: string;
}

/** Makes one of 256 random bits. @param prefix tells people, and scanners of leaked secrets, what it is */
export function makeSecretToken(prefix: string): SecretToken {
  const token = `${prefix}${randomBytes(32).toString('base64url')}`;
  return { token, hash: hashToken(token) };
}

/** What is kept of a token: of a long random one a plain digest gives nothing away. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
