import type { Part, ReasoningPart, Seal, TextPart, ToolCallPart } from '../neutral/parts.ts';
import { unwrapSeal, wrapSeal } from '../neutral/seal.ts';

/** The id by which a seal of this wire says that its thoughts were redacted. */
const REDACTED = 'redacted';

/** Whether a seal goes into `redacted_thinking.data` rather than into `thinking.signature`. */
export function isRedacted(seal: Seal): boolean {
  return seal.origin === 'messages' && seal.id === REDACTED;
}

/** The thoughts of a `redacted_thinking` block; a seal of another wire may have travelled in it. */
export function readRedacted(data: string): ReasoningPart {
  const seal = unwrapSeal(data, 'messages');
  const own = seal.origin === 'messages' ? { ...seal, id: REDACTED } : seal;
  return { type: 'reasoning', text: '', seal: own };
}

/** The thoughts of a `thinking` block; one without a signature was not written by this wire. */
export function readThinking(text: string, signature: string): ReasoningPart {
  if (signature === '') return { type: 'reasoning', text };
  return { type: 'reasoning', text, seal: unwrapSeal(signature, 'messages') };
}

/** A seal as a signature for clients of this wire. */
export function writeSignature(seal: Seal): string {
  return seal.origin === 'messages' ? seal.data : wrapSeal(seal);
}

const CALL = 'call:';
const TEXT = 'text';

/**
 * A block that carries the seal of a text or a tool call, for which this wire has no place. It stands
 * behind its part, and its id says what it belongs to.
 */
export function carrierOf(seal: Seal, callId: string | undefined): object {
  const id = callId === undefined ? TEXT : CALL + callId;
  return { type: 'redacted_thinking', data: wrapSeal({ ...seal, id }) };
}

/** Gives the seals that clients brought back in carriers to the parts that they belong to. */
export function withCarriedSeals(parts: readonly Part[]): readonly Part[] {
  const kept: Part[] = [];
  for (const part of parts) {
    const seal = part.type === 'reasoning' ? part.seal : undefined;
    const owner = seal === undefined ? -1 : ownerOf(seal, kept);
    const sealed = kept[owner];
    if (seal === undefined || sealed === undefined) kept.push(part);
    else kept[owner] = { ...(sealed as TextPart | ToolCallPart), seal: withoutId(seal) };
  }
  return kept;
}

function withoutId({ origin, data }: Seal): Seal {
  return { origin, data };
}

/** The index of the part that a carried seal belongs to; -1 for a seal of thoughts. */
function ownerOf({ origin, id }: Seal, parts: readonly Part[]): number {
  if (origin === 'messages' || id === undefined) return -1;
  if (id === TEXT) return parts.findLastIndex((part) => part.type === 'text');
  if (!id.startsWith(CALL)) return -1;
  const callId = id.slice(CALL.length);
  return parts.findLastIndex((part) => part.type === 'toolCall' && part.id === callId);
}
