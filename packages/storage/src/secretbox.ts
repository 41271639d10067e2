import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const VERSION = 1;
const KEY_ID_BYTES = 4;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEADER_BYTES = 1 + KEY_ID_BYTES;

/** Encrypts secrets for the database. */
export interface SecretBox {
  /** `context` says what the secret is for; only the same context opens it. */
  seal(text: string, context: string): Buffer;
  /** Throws when it was sealed with another key, for another context, or was changed. */
  open(sealed: Uint8Array, context: string): string;
}

/** A box on a key of 32 bytes: AES-256-GCM, a random nonce and the key's id in each seal. */
export function createSecretBox(key: Buffer): SecretBox {
  if (key.length !== KEY_BYTES) throw new RangeError(`an encryption key has ${KEY_BYTES} bytes`);
  const keyId = createHash('sha256').update('meridian key id').update(key).digest();
  const header = Buffer.from([VERSION, ...keyId.subarray(0, KEY_ID_BYTES)]);
  const bound = (context: string): Buffer => Buffer.concat([header, Buffer.from(context)]);

  return {
    seal(text, context) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(bound(context));
      const body = [cipher.update(text, 'utf8'), cipher.final()];
      return Buffer.concat([header, nonce, ...body, cipher.getAuthTag()]);
    },
    open(sealed, context) {
      const bytes = Buffer.from(sealed);
      if (bytes.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES) {
        throw new Error('a sealed secret is cut off');
      }
      if (!bytes.subarray(0, HEADER_BYTES).equals(header)) {
        throw new Error('a secret was sealed with another encryption key');
      }
      const nonce = bytes.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
      const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
      decipher.setAAD(bound(context));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const body = bytes.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    },
  };
}
