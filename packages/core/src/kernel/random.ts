import { randomBytes, randomInt } from 'node:crypto';

/** Randomness as a port, so that tests are repeatable. */
export interface Random {
  /** A number in [0, 1). Not for secrets. */
  fraction(): number;
  /** Cryptographically strong bytes. */
  bytes(length: number): Buffer;
  /** `length` characters of [A-Za-z0-9], uniformly, cryptographically strong. */
  alphanumeric(length: number): string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The machine's randomness. */
export const systemRandom: Random = {
  fraction: () => Math.random(),
  bytes: (length) => randomBytes(length),
  alphanumeric(length) {
    let text = '';
    for (let i = 0; i < length; i++) text += ALPHABET[randomInt(ALPHABET.length)];
    return text;
  },
};
