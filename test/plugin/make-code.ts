import { randomBytes } from 'node:crypto';

/** A connection code; the signature is one that only its maker could check. */
export function makeCode(payload: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify({
    v: 1,
    vendor: 'nordic-lamps',
    token: randomBytes(16).toString('hex'),
    exp: Math.floor(Date.now() / 1000) + 3600,
    ...payload,
  });
  return `dstnc1_${Buffer.from(json).toString('base64url')}.${randomBytes(32).toString('base64url')}`;
}
