import type { Fields } from '../json/values.ts';
import type { Seal } from '../neutral/parts.ts';
import { unwrapSeal, wrapSealBase64 } from '../neutral/seal.ts';
import { field } from './fields.ts';

/**
 * What Google documents for a call whose signature is lost, or that another model made: without it,
 * models from Gemini 3 on refuse the conversation.
 */
export const UNSIGNED = 'skip_thought_signature_validator';

/** The seal of a part; undefined where it has none, or only the stand-in for one. */
export function readSeal(part: Fields): Seal | undefined {
  const signature = field(part, 'thoughtSignature');
  if (typeof signature !== 'string' || signature === '' || signature === UNSIGNED) return undefined;
  return unwrapSeal(signature, 'gemini');
}

/** Stands for thoughts of which only the seal is told: clients drop parts without text, seal and all. */
export const UNTOLD_THOUGHT = '\n';

/** A seal as an upstream gets it: its own as it was; those of others mean nothing to it. */
export function sealForUpstream(seal: Seal | undefined): string | undefined {
  return seal?.origin === 'gemini' ? seal.data : undefined;
}

/** A seal as a client gets it: those of others wrapped, so that its echo brings them back. */
export function sealForClient(seal: Seal | undefined): string | undefined {
  if (seal === undefined) return undefined;
  return seal.origin === 'gemini' ? seal.data : wrapSealBase64(seal);
}
