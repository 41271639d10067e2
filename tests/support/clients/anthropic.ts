import Anthropic, { APIError } from '@anthropic-ai/sdk';
import { zodOutputFormat } from '@anthropic-ai/sdk/helpers/zod';
import type { SaidCall } from './answers.ts';
import {
  type Ask,
  type ClientDriver,
  MAX_TOKENS,
  OBJECT,
  type Pointed,
  type Said,
  THINKING_TOKENS,
  TOOLS,
} from './driver.ts';

type Turn = Anthropic.MessageParam;

/** `@anthropic-ai/sdk`. */
export const anthropicClient: ClientDriver = {
  name: '@anthropic-ai/sdk',
  errors: {
    badRequest: 'BadRequestError',
    unauthorized: 'AuthenticationError',
    unavailable: 'ServiceUnavailableError',
  },
  connect(pointed) {
    const client = makeClient(pointed);
    const { model } = pointed;
    return {
      ask: (question, ask) =>
        converse(client, { model, ask, turns: [{ role: 'user', content: question }] }),
      async askForObject(question) {
        const message = await client.messages.parse({
          model,
          max_tokens: MAX_TOKENS,
          messages: [{ role: 'user', content: question }],
          output_config: { format: zodOutputFormat(OBJECT) },
        });
        return message.parsed_output;
      },
      async leaveStream(question) {
        const stream = client.messages.stream({
          model,
          max_tokens: MAX_TOKENS,
          messages: [{ role: 'user', content: question }],
        });
        let text = '';
        for await (const event of stream) {
          if (event.type !== 'content_block_delta' || event.delta.type !== 'text_delta') continue;
          text += event.delta.text;
          break;
        }
        return text;
      },
      read(error) {
        if (!(error instanceof APIError)) throw error;
        return { kind: error.constructor.name, status: error.status };
      },
    };
  },
};

function makeClient({ url, apiKey, maxRetries }: Pointed): Anthropic {
  return new Anthropic({ baseURL: url, apiKey, maxRetries, logLevel: 'off' });
}

interface Conversation {
  readonly model: string;
  readonly ask: Ask;
  readonly turns: readonly Turn[];
}

async function converse(client: Anthropic, conversation: Conversation): Promise<Said> {
  const { model, ask, turns } = conversation;
  const request = {
    model,
    max_tokens: MAX_TOKENS,
    messages: [...turns],
    ...(ask.wantsTools && {
      tools: TOOLS.map(({ name, description, parameters }) => ({
        name,
        description,
        input_schema: parameters as unknown as Anthropic.Tool.InputSchema,
      })),
    }),
    ...(ask.wantsThoughts && {
      thinking: { type: 'enabled' as const, budget_tokens: THINKING_TOKENS },
    }),
  };
  const message = ask.isStream
    ? await client.messages.stream(request).finalMessage()
    : await client.messages.create(request);
  const { content } = message;
  const calls = content
    .filter((block) => block.type === 'tool_use')
    .map(({ id, name, input }): SaidCall => ({ id, name, arguments: input }));
  return {
    text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
    thoughts: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
    calls,
    usage: usageOf(message.usage),
    next: (resultOf) =>
      converse(client, {
        model,
        ask,
        turns: [...turns, { role: 'assistant', content }, answerTo(calls, resultOf)],
      }),
  };
}

function answerTo(calls: readonly SaidCall[], resultOf: (call: SaidCall) => string): Turn {
  if (calls.length === 0) return { role: 'user', content: 'And then?' };
  return {
    role: 'user',
    content: calls.map((call) => ({
      type: 'tool_result',
      tool_use_id: call.id,
      content: resultOf(call),
    })),
  };
}

function usageOf(usage: Anthropic.Usage): Said['usage'] {
  const cacheRead = usage.cache_read_input_tokens ?? 0;
  const cacheWrite = usage.cache_creation_input_tokens ?? 0;
  return {
    input: usage.input_tokens + cacheRead + cacheWrite,
    cacheRead,
    cacheWrite,
    output: usage.output_tokens,
    // Vendors that do not tell apart what was thought have no figure here.
    ...(usage.output_tokens_details && {
      reasoning: usage.output_tokens_details.thinking_tokens,
    }),
  };
}
