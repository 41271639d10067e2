import OpenAI, { APIError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import type {
  ChatCompletion,
  ChatCompletionCreateParamsNonStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { SaidCall } from './answers.ts';
import { type Ask, type ClientDriver, MAX_TOKENS, OBJECT, type Said, TOOLS } from './driver.ts';

/** `openai` at `/v1/chat/completions`. */
export const openaiChatClient: ClientDriver = {
  name: 'openai chat.completions',
  errors: {
    badRequest: 'BadRequestError',
    unauthorized: 'AuthenticationError',
    unavailable: 'InternalServerError',
  },
  connect({ url, apiKey, maxRetries, model }) {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries, logLevel: 'off' });
    return {
      ask: (question, ask) =>
        converse(client, { model, ask, turns: [{ role: 'user', content: question }] }),
      async askForObject(question) {
        const completion = await client.chat.completions.parse({
          model,
          messages: [{ role: 'user', content: question }],
          response_format: zodResponseFormat(OBJECT, 'port'),
        });
        return completion.choices[0]?.message.parsed;
      },
      async leaveStream(question) {
        const stream = await client.chat.completions.create({
          model,
          messages: [{ role: 'user', content: question }],
          stream: true,
        });
        for await (const chunk of stream) {
          const text = chunk.choices[0]?.delta.content;
          if (text) return text;
        }
        return '';
      },
      read(error) {
        if (!(error instanceof APIError)) throw error;
        return { kind: error.constructor.name, status: error.status };
      },
    };
  },
};

interface Conversation {
  readonly model: string;
  readonly ask: Ask;
  readonly turns: readonly ChatCompletionMessageParam[];
}

/** What the client passes on without having a type for it. */
interface Thoughts {
  readonly reasoning_content?: string;
  readonly reasoning?: string;
}

async function converse(client: OpenAI, conversation: Conversation): Promise<Said> {
  const { model, ask, turns } = conversation;
  const request: ChatCompletionCreateParamsNonStreaming = {
    model,
    max_completion_tokens: MAX_TOKENS,
    messages: [...turns],
    ...(ask.wantsTools && {
      tools: TOOLS.map((tool) => ({ type: 'function', function: { ...tool } })),
    }),
    ...(ask.wantsThoughts && { reasoning_effort: 'medium' }),
  };
  const { completion, streamedThoughts } = ask.isStream
    ? await gather(client, request)
    : { completion: await client.chat.completions.create(request), streamedThoughts: undefined };
  const { message } = completion.choices[0]!;
  const calls = (message.tool_calls ?? [])
    .filter((call) => call.type === 'function')
    .map(
      ({ id, function: { name, arguments: given } }): SaidCall => ({
        id,
        name,
        arguments: JSON.parse(given),
      }),
    );
  return {
    text: message.content ?? '',
    thoughts: streamedThoughts ?? thoughtsOf(message),
    calls,
    usage: usageOf(completion.usage),
    next: (resultOf) =>
      converse(client, { model, ask, turns: [...turns, message, ...answersTo(calls, resultOf)] }),
  };
}

/** The client's own helper; of fields that it has no type for it keeps what came last. */
async function gather(
  client: OpenAI,
  request: ChatCompletionCreateParamsNonStreaming,
): Promise<{ readonly completion: ChatCompletion; readonly streamedThoughts: string }> {
  const options = { stream: true, stream_options: { include_usage: true } } as const;
  const stream = client.chat.completions.stream({ ...request, ...options });
  let streamedThoughts = '';
  stream.on('chunk', ({ choices }) => {
    streamedThoughts += thoughtsOf(choices[0]?.delta);
  });
  return { completion: await stream.finalChatCompletion(), streamedThoughts };
}

function thoughtsOf(message: object | undefined): string {
  const { reasoning_content: content, reasoning } = (message ?? {}) as Thoughts;
  return content ?? reasoning ?? '';
}

function answersTo(
  calls: readonly SaidCall[],
  resultOf: (call: SaidCall) => string,
): ChatCompletionMessageParam[] {
  if (calls.length === 0) return [{ role: 'user', content: 'And then?' }];
  return calls.map((call) => ({ role: 'tool', tool_call_id: call.id, content: resultOf(call) }));
}

function usageOf(usage: CompletionUsage | undefined): Said['usage'] {
  const { prompt_tokens_details: prompt, completion_tokens_details: completion } = usage ?? {};
  return {
    input: usage?.prompt_tokens,
    cacheRead: prompt?.cached_tokens ?? 0,
    cacheWrite: prompt?.cache_write_tokens ?? 0,
    output: usage?.completion_tokens,
    reasoning: completion?.reasoning_tokens ?? 0,
  };
}
