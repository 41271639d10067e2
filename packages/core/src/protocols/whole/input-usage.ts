import type { ReadUsage } from '../dialect.ts';
import { fieldsOf, isFields, numberOf } from '../json/values.ts';
import { inputTokens, outputTokens } from '../neutral/usage.ts';
import { readChatUsage } from '../openai-chat/usage.ts';

/**
 * The usage of an answer that a model read for rather than wrote. Some tell the total only, others
 * nothing but zeros where they do not count: neither is what was used, and absent is not zero.
 */
export function readInputUsage(wire: unknown): ReadUsage | undefined {
  if (!isFields(wire)) return undefined;
  const { total_tokens: total, completion_tokens: written, ...rest } = wire;
  const { text_tokens: text, image_tokens: images } = wire;
  const prompt = wire.prompt_tokens ?? wire.input_tokens ?? without(total, written);
  const details = {
    ...(images === undefined ? {} : { image_tokens: images }),
    ...fieldsOf(wire.prompt_tokens_details),
  };
  const read = readChatUsage({
    ...rest,
    prompt_tokens: prompt ?? sum(text, images),
    completion_tokens: written,
    prompt_tokens_details: details,
  });
  if (read === undefined || read.isSuspicious) return read;
  return inputTokens(read.usage) + outputTokens(read.usage) > 0 ? read : undefined;
}

function without(total: unknown, written: unknown): unknown {
  const all = numberOf(total);
  return all === undefined ? total : Math.max(0, all - (numberOf(written) ?? 0));
}

function sum(text: unknown, images: unknown): number | undefined {
  if (text === undefined && images === undefined) return undefined;
  return (numberOf(text) ?? 0) + (numberOf(images) ?? 0);
}
