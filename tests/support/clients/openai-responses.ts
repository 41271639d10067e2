import OpenAI, { APIError } from 'openai';
import { zodTextFormat } from 'openai/helpers/zod';
import type {
  ResponseCreateParamsNonStreaming,
  ResponseInputItem,
  ResponseOutputItem,
  ResponseUsage,
} from 'openai/resources/responses/responses';
import type { SaidCall } from './answers.ts';
import { type Ask, type ClientDriver, MAX_TOKENS, OBJECT, type Said, TOOLS } from './driver.ts';

/** `openai` at `/v1/responses`, without a store: the client sends the whole conversation. */
export const openaiResponsesClient: ClientDriver = {
  name: 'openai responses',
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
        const response = await client.responses.parse({
          model,
          input: question,
          text: { format: zodTextFormat(OBJECT, 'port') },
        });
        return response.output_parsed;
      },
      async leaveStream(question) {
        const stream = await client.responses.create({ model, input: question, stream: true });
        for await (const event of stream) {
          if (event.type === 'response.output_text.delta') return event.delta;
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
  readonly turns: readonly ResponseInputItem[];
}

async function converse(client: OpenAI, conversation: Conversation): Promise<Said> {
  const { model, ask, turns } = conversation;
  const request: Omit<ResponseCreateParamsNonStreaming, 'stream'> = {
    model,
    max_output_tokens: MAX_TOKENS,
    input: [...turns],
    store: false,
    include: ['reasoning.encrypted_content'],
    ...(ask.wantsTools && {
      tools: TOOLS.map((tool) => ({ type: 'function', ...tool, strict: false })),
    }),
    ...(ask.wantsThoughts && { reasoning: { effort: 'medium', summary: 'auto' } }),
  };
  const response = await (ask.isStream
    ? client.responses.stream(request).finalResponse()
    : client.responses.create(request));
  const output: readonly ResponseOutputItem[] = response.output;
  const calls = output
    .filter((item) => item.type === 'function_call')
    .map(
      ({ call_id: id, name, arguments: given }): SaidCall => ({
        id,
        name,
        arguments: JSON.parse(given),
      }),
    );
  return {
    text: response.output_text,
    thoughts: thoughtsIn(output),
    calls,
    usage: usageOf(response.usage),
    next: (resultOf) =>
      converse(client, {
        model,
        ask,
        turns: [...turns, ...(output as ResponseInputItem[]), ...answersTo(calls, resultOf)],
      }),
  };
}

function thoughtsIn(output: readonly ResponseOutputItem[]): string {
  return output
    .filter((item) => item.type === 'reasoning')
    .flatMap(({ summary }) => summary.map(({ text }) => text))
    .join('\n\n');
}

function answersTo(
  calls: readonly SaidCall[],
  resultOf: (call: SaidCall) => string,
): ResponseInputItem[] {
  if (calls.length === 0) return [{ role: 'user', content: 'And then?' }];
  return calls.map((call) => ({
    type: 'function_call_output',
    call_id: call.id,
    output: resultOf(call),
  }));
}

function usageOf(usage: ResponseUsage | undefined): Said['usage'] {
  return {
    input: usage?.input_tokens,
    cacheRead: usage?.input_tokens_details.cached_tokens ?? 0,
    cacheWrite: usage?.input_tokens_details.cache_write_tokens ?? 0,
    output: usage?.output_tokens,
    reasoning: usage?.output_tokens_details.reasoning_tokens ?? 0,
  };
}
