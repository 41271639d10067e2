import { parseExact } from '../json/exact.ts';
import { type Fields, stringOf } from '../json/values.ts';
import type { Choice, NeutralAnswer, StopReason } from '../neutral/answer.ts';
import type { Part, RefusalPart } from '../neutral/parts.ts';
import { readCitations } from './citations.ts';
import { compact, objectIn } from './fields.ts';
import { readRedacted, readThinking } from './seals.ts';
import { readRefusal, readStopReason } from './stop-reasons.ts';
import { readMessagesUsage, readServiceTier } from './usage.ts';
import { OUTPUT_TOOL } from './write-output.ts';

/** The object of a whole answer. */
function parseAnswer(body: Buffer): Fields | undefined {
  try {
    const answer = objectIn(parseExact(body.toString('utf8')));
    return Array.isArray(answer?.content) ? answer : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Reads a whole answer; undefined when the bytes are none of this wire. */
export function readAnswer(body: Buffer): NeutralAnswer | undefined {
  const answer = parseAnswer(body);
  if (answer === undefined) return undefined;
  const read = readMessagesUsage(answer.usage);
  return compact({
    id: stringOf(answer.id) ?? '',
    model: stringOf(answer.model) ?? '',
    createdAt: 0,
    choices: [readChoice(answer, answer.content as readonly unknown[])],
    usage: read?.usage,
    isSuspicious: read?.isSuspicious ?? false,
    serviceTier: readServiceTier(objectIn(answer.usage)?.service_tier),
  }) as NeutralAnswer;
}

function readChoice(answer: Fields, content: readonly unknown[]): Choice {
  const parts = content.flatMap(readPart);
  return compact({
    index: 0,
    parts: withRefusal(parts, readRefusal(answer.stop_details)),
    stop: stopOf(readStopReason(answer.stop_reason), parts.some(isCall)),
    stopSequence: stringOf(answer.stop_sequence),
  });
}

function isCall({ type }: Part): boolean {
  return type === 'toolCall';
}

/** A tool that only stood in for a format is no call that the client has to answer. */
export function stopOf(stop: StopReason, hasCalls: boolean): StopReason {
  return stop === 'toolCalls' && !hasCalls ? 'end' : stop;
}

function readPart(value: unknown): readonly Part[] {
  const block = objectIn(value);
  switch (block?.type) {
    case undefined:
      return [];
    case 'text': {
      const text = stringOf(block.text) ?? '';
      return [compact({ type: 'text' as const, text, citations: readCitations(block.citations) })];
    }
    case 'thinking':
      return [readThinking(stringOf(block.thinking) ?? '', stringOf(block.signature) ?? '')];
    case 'redacted_thinking':
      return [readRedacted(stringOf(block.data) ?? '')];
    case 'tool_use':
      return [readToolUse(block)];
    default:
      return [{ type: 'opaque', origin: 'messages', value: block }];
  }
}

function readToolUse({ id, name, input = {} }: Fields): Part {
  const text = JSON.stringify(input);
  if (name === OUTPUT_TOOL) return { type: 'text', text };
  return { type: 'toolCall', id: stringOf(id) ?? '', name: stringOf(name) ?? '', arguments: text };
}

/** An explanation that only repeats the text is the refusal itself. */
function withRefusal(parts: readonly Part[], refusal: RefusalPart | undefined): readonly Part[] {
  if (refusal === undefined) return parts;
  const last = parts.at(-1);
  const isRepeated = last?.type === 'text' && last.text === refusal.text;
  return [...(isRepeated ? parts.slice(0, -1) : parts), refusal];
}
