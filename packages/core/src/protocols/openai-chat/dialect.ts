import type { Dialect } from '../dialect.ts';
import { type ChatRequest, decodeChat, textOfRequest } from './decode.ts';
import { editChatRequest } from './edit-request.ts';
import { ChatStreamTap } from './stream-tap.ts';
import { readWholeAnswer, textOfAnswer } from './whole-answer.ts';

/** OpenAI chat completions on both sides: bytes pass through but for a few named edits. */
export const openaiChat: Dialect<ChatRequest> = {
  name: 'openai-chat',
  decode: decodeChat,
  editRequest: editChatRequest,
  readWhole: readWholeAnswer,
  textOfAnswer,
  textOfRequest,
  openStream: (options) => new ChatStreamTap(options),
  errorEvent: (body) => Buffer.from(`data: ${JSON.stringify(body)}\n\n`),
};
