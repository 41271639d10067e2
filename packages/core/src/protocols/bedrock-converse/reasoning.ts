import type { ReasoningPart } from '../neutral/parts.ts';
import type { ContentBlock } from './wire.ts';

/** Marks the seal of thoughts that are told in encrypted form only. */
export const REDACTED_ID = 'redacted';

/**
 * Thoughts of an earlier turn. Only what Bedrock has signed itself may be sent back; other thoughts
 * were for the reader, and models go on without them.
 */
export function writeReasoning({ text, seal }: ReasoningPart): ContentBlock | undefined {
  if (seal?.origin !== 'converse') return undefined;
  if (seal.id === REDACTED_ID) return { reasoningContent: { redactedContent: seal.data } };
  return { reasoningContent: { reasoningText: { text, signature: seal.data } } };
}
