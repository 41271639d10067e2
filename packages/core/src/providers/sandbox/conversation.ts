import type { ChatCompletionRequest } from '@meridian/contract';
import { refuse, type WireRefusal } from './refusal.ts';

type Message = ChatCompletionRequest['messages'][number];

const IMAGE_URL =
  /^(?:https?:\/\/\S+|data:image\/(?:png|jpe?g|gif|webp);base64,[A-Za-z0-9+/]+={0,2})$/;

/** The rules between messages, and of the parts that the sandbox understands. */
export function checkConversation(messages: readonly Message[]): WireRefusal | undefined {
  let open = new Set<string>();
  for (const [i, message] of messages.entries()) {
    const param = `messages[${i}]`;
    if (message.role === 'tool') {
      if (!open.delete(message.tool_call_id)) return orphanTool(param);
    } else if (open.size > 0) {
      return unanswered(`messages[${i}].role`, open);
    }
    if (message.role === 'assistant') {
      if (isEmpty(message)) return emptyAssistant(`${param}.content`);
      open = new Set((message.tool_calls ?? []).map(({ id }) => id));
    }
    const refusal = checkParts(message, `${param}.content`);
    if (refusal) return refusal;
  }
  return open.size > 0 ? unanswered('messages', open) : undefined;
}

function isEmpty(message: Extract<Message, { role: 'assistant' }>): boolean {
  const { content, refusal, tool_calls: calls, function_call: call, audio } = message;
  return content == null && !refusal && !calls?.length && !call && !audio;
}

function orphanTool(param: string): WireRefusal {
  return refuse(
    'invalid_value',
    `${param}.role`,
    "A message with role 'tool' must answer a call in the 'tool_calls' before it.",
  );
}

function unanswered(param: string, open: ReadonlySet<string>): WireRefusal {
  const ids = [...open].join(', ');
  const message = `An assistant message with 'tool_calls' must be followed by a tool message for each of them. Missing: ${ids}.`;
  return refuse('invalid_value', param, message);
}

function emptyAssistant(param: string): WireRefusal {
  return refuse('invalid_value', param, "Expected content unless there are 'tool_calls'.");
}

function checkParts({ content }: Message, param: string): WireRefusal | undefined {
  if (!Array.isArray(content)) return undefined;
  for (const [i, part] of content.entries()) {
    if (part.type === 'text' || part.type === 'refusal') continue;
    if (part.type !== 'image_url') {
      const message = `The sandbox does not understand content parts of type '${part.type}'.`;
      return refuse('unsupported_value', `${param}[${i}].type`, message);
    }
    const { url } = part.image_url as { url: string };
    if (IMAGE_URL.test(url)) continue;
    const message =
      'Expected an http(s) URL, or a data URL with a PNG, JPEG, GIF or WebP in base64.';
    return refuse('invalid_image_url', `${param}[${i}].image_url.url`, message);
  }
  return undefined;
}
