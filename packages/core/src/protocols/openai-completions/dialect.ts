import type { Dialect } from '../dialect.ts';
import { fieldsOf, listOf, parseJson, textOf } from '../json/values.ts';
import type { ChunkWords } from '../openai-chat/chunk.ts';
import { editChatRequest } from '../openai-chat/edit-request.ts';
import { ChatStreamTap } from '../openai-chat/stream-tap.ts';
import { readWholeAnswer } from '../openai-chat/whole-answer.ts';
import { type CompletionsCall, decodeCompletions, textOfPrompts } from './decode.ts';

/** Streams are those of chats but for the words of a chunk. */
const WORDS: ChunkWords = { object: 'text_completion', generated: '"text"', ending: { text: '' } };

/** OpenAI's legacy completions on both sides: bytes pass through but for a few named edits. */
export const openaiCompletions: Dialect<CompletionsCall> = {
  name: 'openai-completions',
  decode: decodeCompletions,
  editRequest(call, { outputBound, ...edits }) {
    if (!outputBound) return editChatRequest(call, edits);
    // The bound has its old name here, whatever the upstream calls it in chats.
    return editChatRequest(call, {
      ...edits,
      outputBound: { ...outputBound, field: 'max_tokens' },
    });
  },
  readWhole: readWholeAnswer,
  textOfAnswer: textOfCompletion,
  textOfRequest: textOfPrompts,
  openStream: (options) => new ChatStreamTap(options, WORDS),
  errorEvent: (body) => Buffer.from(`data: ${JSON.stringify(body)}\n\n`),
};

function textOfCompletion(body: Buffer): string {
  const { choices } = fieldsOf(parseJson(body.toString('utf8')));
  return listOf(choices)
    .map((choice) => textOf(fieldsOf(choice).text))
    .join('');
}
