import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** A secret can't be opened: its key is missing from `ENCRYPTION_KEYS`, or it was tampered with or belongs to another store. */
export class SecretUnreadable extends Error {
  readonly type = 'secret-unreadable';

  constructor(reason: string) {
    super(`A stored secret can't be opened: ${reason}`);
    this.name = 'SecretUnreadable';
  }
}

/** Encrypts what must not be readable in the database. */
export interface SecretBox {
  /** Id of the key that seals. */
  readonly firstKey: string;
  /** Id of the key that opens it; null: its form is unknown. Nothing is opened: its beginning will do. */
  keyOf(sealed: string): string | null;
  /**
   * @param owner id of the store that the secret belongs to, bound to it as associated data: moved to another row it won't open
   */
  seal(plain: string, owner: string): string;
  /** @throws SecretUnreadable */
  open(sealed: string, owner: string): string;
}

/**
 * AES-256-GCM with a key id: `v1.<key id>.<nonce>.<tag>.<ciphertext>`, the parts in base64url.
 *
 * @param keys by id, 32 bytes each; the first encrypts, all decrypt
 */
export function createSecretBox(keys: ReadonlyMap<string, Buffer>): SecretBox {
  const [first] = keys;
  if (first === undefined) throw new TypeError('at least one encryption key is needed');
  const [keyId, key] = first;
  return {
    firstKey: keyId,
    keyOf: (sealed) => /^v1\.([^.]+)\./.exec(sealed)?.[1] ?? null,
    seal(plain, owner) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(owner));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return ['v1', keyId, ...[nonce, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join('.');
    },
    open(sealed, owner) {
      const [version, id = '', nonce = '', tag = '', text = ''] = sealed.split('.');
      if (version !== 'v1') throw new SecretUnreadable('its form is unknown');
      const known = keys.get(id);
      if (known === undefined) throw new SecretUnreadable(`ENCRYPTION_KEYS has no key "${id}"`);
      try {
        const decipher = createDecipheriv('aes-256-gcm', known, Buffer.from(nonce, 'base64url'), { authTagLength: 16 })
          .setAAD(Buffer.from(owner))
          .setAuthTag(Buffer.from(tag, 'base64url'));
        return decipher.update(Buffer.from(text, 'base64url'), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        throw new SecretUnreadable('it was changed, or belongs to another store');
      }
    },
  };
}
