import { hash } from 'node:crypto';
import { ACCOUNT_KEY_PATTERN, NAMED_KEY_PATTERN } from '@meridian/contract';
import { type Random, Secret } from '../kernel/index.ts';
import type { KeyImprint } from './ports.ts';

const ACCOUNT_KEY_RANDOM_CHARS = 45;
const NAMED_KEY_RANDOM_CHARS = 43;
const TAIL_CHARS = 20;

/** A fresh account key, `sk-Xvs…`. */
export function generateAccountKey(random: Random): Secret {
  return new Secret(`sk-Xvs${random.alphanumeric(ACCOUNT_KEY_RANDOM_CHARS)}`);
}

/** A fresh named key, `xln_live_…`. */
export function generateNamedKey(random: Random): Secret {
  return new Secret(`xln_live_${random.alphanumeric(NAMED_KEY_RANDOM_CHARS)}`);
}

/** Whether a text has the form of an account key. */
export function isAccountKey(text: string): boolean {
  return ACCOUNT_KEY_PATTERN.test(text);
}

/** Whether a text has the form of either kind of key; anything else authenticates nobody. */
export function isSecretKey(text: string): boolean {
  return ACCOUNT_KEY_PATTERN.test(text) || NAMED_KEY_PATTERN.test(text);
}

/** The digest under which a key is stored and looked up: SHA-256, hexadecimal. */
export function keyDigest(key: string): string {
  return hash('sha256', key);
}

/** What is kept of a key. */
export function keyImprint(key: Secret): KeyImprint {
  const text = key.reveal();
  return { digest: keyDigest(text), tail: text.slice(-TAIL_CHARS) };
}
