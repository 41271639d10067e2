import {
  type Fields,
  fieldsOf,
  isFields,
  listOf,
  numberOf,
  parseJson,
  stringOf,
  textOf,
} from '../json/values.ts';
import type { NeutralAnswer, StopReason, TokenLogprob, UpstreamError } from '../neutral/answer.ts';
import type { Part } from '../neutral/parts.ts';
import { readLogprobs } from './content.ts';
import { readErrorObject } from './errors.ts';
import { readInput } from './read-items.ts';
import { readResponsesUsage } from './usage.ts';

/** Reads a whole answer; undefined when the bytes are no response object. */
export function readResponsesAnswer(body: Buffer): NeutralAnswer | undefined {
  const wire = parseJson(body.toString('utf8'));
  if (!isFields(wire) || !Array.isArray(wire.output)) return undefined;
  const parts = readOutput(wire.output);
  const logprobs = outputLogprobs(wire.output);
  const usage = readResponsesUsage(wire.usage, wire.output);
  const error = failureOf(wire);
  return {
    ...headOf(wire),
    choices: [
      { index: 0, parts, stop: stopOf(wire, parts), ...(logprobs.length > 0 && { logprobs }) },
    ],
    usage: usage?.usage,
    isSuspicious: usage?.isSuspicious ?? false,
    ...(error && { error }),
  };
}

/** What a response says of itself. */
export function headOf(
  wire: Fields,
): Pick<NeutralAnswer, 'id' | 'model' | 'createdAt' | 'serviceTier'> {
  const tier = stringOf(wire.service_tier);
  return {
    id: textOf(wire.id),
    model: textOf(wire.model),
    createdAt: numberOf(wire.created_at) ?? 0,
    ...(tier !== undefined && { serviceTier: tier }),
  };
}

/** Output items are read as they would be when a later request sends them back. */
function readOutput(output: readonly unknown[]): readonly Part[] {
  return readInput(output.map(asItem)).flatMap((message) => message.parts);
}

/** A server's message may lack the role that it can only have. */
function asItem(item: unknown): Fields {
  const given = fieldsOf(item);
  return given.type === 'message' ? { ...given, role: 'assistant' } : given;
}

function outputLogprobs(output: readonly unknown[]): readonly TokenLogprob[] {
  return output.flatMap((item) =>
    listOf(fieldsOf(item).content).flatMap((part) => readLogprobs(fieldsOf(part).logprobs)),
  );
}

function stopOf(wire: Fields, parts: readonly Part[]): StopReason {
  const hasCall = parts.some((part) => part.type === 'toolCall');
  const hasRefusal = parts.some((part) => part.type === 'refusal');
  return readStop(wire, { hasCall, hasRefusal });
}

/** Why a response ended: by its status, and by what is in it where it is complete. */
export function readStop(
  { status, incomplete_details: details }: Fields,
  has: { readonly hasCall: boolean; readonly hasRefusal: boolean },
): StopReason {
  if (status === 'failed' || status === 'cancelled') return 'error';
  if (status === 'incomplete') {
    const { reason } = fieldsOf(details);
    return reason === 'content_filter' ? 'contentFilter' : 'length';
  }
  if (has.hasCall) return 'toolCalls';
  return has.hasRefusal ? 'refusal' : 'end';
}

/** What went wrong with a response; undefined when nothing did. */
export function failureOf({ status, error }: Fields): UpstreamError | undefined {
  if (status !== 'failed' && status !== 'cancelled') return undefined;
  const read = readErrorObject(error);
  const message = read.message === '' ? `The response has the status '${status}'.` : read.message;
  return { ...read, message };
}
