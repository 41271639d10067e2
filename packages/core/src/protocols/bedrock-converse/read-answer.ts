import { parseExact } from '../json/exact.ts';
import { fieldsOf, isFields, listOf, stringOf, textOf } from '../json/values.ts';
import type { NeutralAnswer, StopReason } from '../neutral/answer.ts';
import type { Part } from '../neutral/parts.ts';
import { readBlock } from './blocks.ts';
import { readStopReason, readStopSequence } from './stop-reason.ts';
import { readConverseUsage } from './usage.ts';

/** A whole answer; undefined when the bytes are no answer of Converse. */
export function readConverseAnswer(body: Buffer): NeutralAnswer | undefined {
  const answer = fieldsOf(parse(body));
  const { message } = fieldsOf(answer.output);
  if (!isFields(message) || !Array.isArray(message.content)) return undefined;
  const parts = listOf(message.content)
    .map(readBlock)
    .filter((part) => part !== undefined);
  const stop = stopOf(readStopReason(answer.stopReason), parts);
  const stopSequence = readStopSequence(answer.additionalModelResponseFields);
  const read = readConverseUsage(answer.usage);
  const serviceTier = stringOf(fieldsOf(answer.serviceTier).type);
  return {
    id: '',
    model: textOf(fieldsOf(fieldsOf(answer.trace).promptRouter).invokedModelId),
    createdAt: 0,
    choices: [{ index: 0, parts, stop, ...(stopSequence === undefined ? {} : { stopSequence }) }],
    usage: read?.usage,
    isSuspicious: read?.isSuspicious ?? false,
    ...(serviceTier === undefined ? {} : { serviceTier }),
  };
}

/** An answer that was given through the tool for structured answers alone ended by itself. */
function stopOf(stop: StopReason, parts: readonly Part[]): StopReason {
  const hasCalls = parts.some(({ type }) => type === 'toolCall' || type === 'opaque');
  return stop === 'toolCalls' && !hasCalls ? 'end' : stop;
}

function parse(body: Buffer): unknown {
  try {
    return parseExact(body.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
