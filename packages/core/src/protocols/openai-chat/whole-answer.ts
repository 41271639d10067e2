import type { WholeAnswer } from '../dialect.ts';
import { applyEdits } from '../json/edit.ts';
import { MalformedJson, scanObject } from '../json/scan.ts';
import { createCacheCounts } from '../relay/cache-counts.ts';
import { readChatUsage } from './usage.ts';

const WATCHED: ReadonlySet<string> = new Set(['model', 'usage', 'choices', 'error']);

/** Up to here the engine's parser is faster than a scan that spares the strings. */
const PARSED_BYTES_MAX = 4_096;

const addCacheCounts = createCacheCounts('usage');

function parseWhole(body: Buffer): WholeAnswer | undefined {
  const answer: unknown = JSON.parse(body.toString('utf8'));
  if (typeof answer !== 'object' || answer === null || !('choices' in answer)) return undefined;
  const usage = readChatUsage('usage' in answer ? answer.usage : undefined);
  return { body: addCacheCounts(body, usage?.usage), usage };
}

/**
 * Reads a whole chat answer. The bytes stay as they came but for `model`, where the upstream's name
 * must not show, and the counts of the cache in `usage`, where it had a part. Undefined when the bytes are no chat completion at all.
 */
export function readWholeAnswer(
  body: Buffer,
  shownModel: string | undefined,
): WholeAnswer | undefined {
  try {
    if (shownModel === undefined && body.length <= PARSED_BYTES_MAX) return parseWhole(body);
    const { fields } = scanObject(body, WATCHED);
    if (!fields.has('choices')) return undefined;
    const span = fields.get('usage');
    const wire: unknown = span && JSON.parse(body.toString('utf8', span.start, span.end));
    const model = fields.get('model');
    const edits =
      shownModel === undefined || !model
        ? []
        : [{ ...model, bytes: Buffer.from(JSON.stringify(shownModel)) }];
    const usage = readChatUsage(wire);
    return { body: addCacheCounts(applyEdits(body, edits), usage?.usage), usage };
  } catch (error) {
    if (error instanceof MalformedJson || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The generated text of a whole answer, for counting where the provider reports nothing. */
export function textOfAnswer(body: Buffer): string {
  const answer = JSON.parse(body.toString('utf8')) as { choices?: unknown };
  const choices = Array.isArray(answer.choices) ? answer.choices : [];
  return choices.map((choice) => textOfMessage((choice as { message?: unknown }).message)).join('');
}

function textOfMessage(message: unknown): string {
  if (typeof message !== 'object' || message === null) return '';
  const { content, reasoning_content, refusal, tool_calls } = message as Record<string, unknown>;
  const calls = tool_calls === undefined || tool_calls === null ? '' : JSON.stringify(tool_calls);
  const texts = [content, reasoning_content, refusal].filter((part) => typeof part === 'string');
  return texts.join('') + calls;
}
