import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a vendor's connection code says. The plugin can read it, too, to know whom to call. */
export interface ConnectionCode {
  /** The receiver's address. */
  readonly receiver: string;
  readonly vendor: string;
  /** One time. */
  readonly token: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** See {@link ConnectionCodes.read}. `foreign`: made by another receiver, or changed on its way. */
export type CodeReading =
  | { readonly ok: true; readonly code: ConnectionCode }
  | { ok: false; kind: 'malformed' | 'foreign' };

/** Makes and reads connection codes. */
export interface ConnectionCodes {
  write(code: ConnectionCode): string;
  read(text: string): CodeReading;
}

const PREFIX = 'dstnc1_';

const content = z.looseObject({
  v: z.literal(1),
  receiver: z.string(),
  vendor: z.string(),
  token: z.string(),
  exp: z.int().positive(),
});

/**
 * `dstnc1_` + base64url(JSON) + `.` + base64url(HMAC-SHA256 over all before the dot). White space anywhere in it is ignored: codes come
 * out of e-mails.
 *
 * @param keys ENCRYPTION_KEYS, of which the signing keys are derived; the first signs, all verify
 */
export function createConnectionCodes(keys: ReadonlyMap<string, Buffer>): ConnectionCodes {
  const signing = [...keys.values()].map((key) =>
    Buffer.from(hkdfSync('sha256', key, '', 'dstnc connection codes', 32)),
  );
  const [first] = signing;
  if (first === undefined) throw new TypeError('at least one encryption key is needed');
  const sign = (text: string, key: Buffer) => createHmac('sha256', key).update(text).digest();

  return {
    write({ receiver, vendor, token, expiresAt }) {
      const said = { v: 1, receiver, vendor, token, exp: Math.floor(expiresAt / 1000) };
      const text = PREFIX + Buffer.from(JSON.stringify(said)).toString('base64url');
      return `${text}.${sign(text, first).toString('base64url')}`;
    },

    read(given) {
      const code = given.replace(/\s+/g, '');
      const [, text, payload, signature] = /^(dstnc1_([\w-]+))\.([\w-]{43})$/.exec(code) ?? [];
      if (text === undefined || payload === undefined || signature === undefined)
        return { ok: false, kind: 'malformed' };
      const said = content.safeParse(json(Buffer.from(payload, 'base64url').toString('utf8')));
      if (!said.success) return { ok: false, kind: 'malformed' };
      const mac = Buffer.from(signature, 'base64url');
      let authentic = false;
      for (const key of signing) if (timingSafeEqual(mac, sign(text, key))) authentic = true;
      if (!authentic) return { ok: false, kind: 'foreign' };
      const { receiver, vendor, token, exp } = said.data;
      return { ok: true, code: { receiver, vendor, token, expiresAt: exp * 1000 } };
    },
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
