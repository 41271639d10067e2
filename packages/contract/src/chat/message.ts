import { z } from 'zod';
import { messageContent } from './content.ts';

/** A call that the model wants made, with its arguments as JSON text. */
export const toolCall = z.union([
  z.looseObject({
    id: z.string(),
    type: z.literal('function'),
    function: z.looseObject({ name: z.string(), arguments: z.string() }),
  }),
  z.looseObject({
    id: z.string(),
    type: z.literal('custom'),
    custom: z.looseObject({ name: z.string(), input: z.string() }),
  }),
]);

const functionCall = z
  .looseObject({ name: z.string(), arguments: z.string() })
  .describe('The predecessor of tool calls.');

const name = z.string().optional().describe('Tells participants of one role apart.');

const instructionMessage = z.looseObject({
  role: z.enum(['system', 'developer']),
  content: messageContent,
  name,
});

const userMessage = z.looseObject({
  role: z.literal('user'),
  content: messageContent,
  name,
});

const assistantMessage = z.looseObject({
  role: z.literal('assistant'),
  content: messageContent.nullish().describe('May be absent when there are tool calls.'),
  refusal: z.string().nullish(),
  name,
  tool_calls: z.array(toolCall).optional(),
  function_call: functionCall.nullish(),
  audio: z.looseObject({ id: z.string() }).nullish(),
});

const toolMessage = z.looseObject({
  role: z.literal('tool'),
  tool_call_id: z.string(),
  content: messageContent,
});

const functionMessage = z.looseObject({
  role: z.literal('function'),
  name: z.string(),
  content: z.string().nullable(),
});

/** One message of the conversation, told apart by its role. */
export const chatMessage = z.discriminatedUnion('role', [
  instructionMessage,
  userMessage,
  assistantMessage,
  toolMessage,
  functionMessage,
]);
