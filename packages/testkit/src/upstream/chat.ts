import { chatChunks, chatCompletion } from './chat-wire.ts';
import type { RecordedRequest } from './recorded.ts';
import { errorReply, jsonReply, type Reply, sseReply } from './reply.ts';

/** Tokens answered when the request sets no bound. */
const DEFAULT_COMPLETION_TOKENS = 16;

/** How the standing chat answer counts. */
export interface AnswerChatOptions {
  /** Prompt tokens reported; default 8. */
  readonly promptTokens?: number;
  /** Tokens per choice; default: the request's own bound, else 16. */
  readonly completionTokens?: number;
  /** Tokens per streamed chunk; default 1. */
  readonly tokensPerChunk?: number;
}

interface ChatRequest {
  readonly model?: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean } | null;
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly n?: number;
}

/**
 * A handler that answers every chat completion, whole or streamed as asked, with as many one-word
 * tokens as the request allows and a usage that counts exactly them. Other paths get 404.
 */
export function answerChat(options: AnswerChatOptions = {}): (request: RecordedRequest) => Reply {
  return (request) => {
    if (request.method !== 'POST' || !request.path.endsWith('/chat/completions')) {
      return errorReply(404, { type: 'invalid_request_error', message: 'Unknown path.' });
    }
    const asked = request.json() as ChatRequest;
    const bound = asked.max_completion_tokens ?? asked.max_tokens ?? DEFAULT_COMPLETION_TOKENS;
    const answer = {
      id: `chatcmpl-${request.number}`,
      model: asked.model ?? 'unknown',
      choices: asked.n ?? 1,
      promptTokens: options.promptTokens ?? 8,
      completionTokens: options.completionTokens ?? bound,
      tokensPerChunk: options.tokensPerChunk ?? 1,
      includeUsage: asked.stream_options?.include_usage === true,
    };
    return asked.stream === true ? sseReply(chatChunks(answer)) : jsonReply(chatCompletion(answer));
  };
}
