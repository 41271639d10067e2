import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import {
  APICallError,
  generateText,
  jsonSchema,
  type LanguageModel,
  type LanguageModelUsage,
  type ModelMessage,
  Output,
  RetryError,
  streamText,
  type ToolSet,
  tool,
} from 'ai';
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

type ProviderOptions = NonNullable<Parameters<typeof generateText>[0]['providerOptions']>;

/** What the AI SDK's drivers differ in. */
interface Speech extends Omit<ClientDriver, 'connect' | 'errors'> {
  model(pointed: Pointed): LanguageModel;
  /** How its provider is asked to think, and not to rely on a store. */
  readonly options: (ask: Ask) => ProviderOptions;
}

const TOOL_SET: ToolSet = Object.fromEntries(
  TOOLS.map(({ name, description, parameters }) => [
    name,
    tool({ description, inputSchema: jsonSchema(structuredClone(parameters) as object) }),
  ]),
);

/** The AI SDK with the provider that speaks `/v1/chat/completions`. */
export const aiOpenaiChat = createDriver({
  name: 'ai with openai.chat',
  model: ({ url, apiKey, model }) => createOpenAI({ baseURL: `${url}/v1`, apiKey }).chat(model),
  options: ({ wantsThoughts }) => ({
    openai: wantsThoughts ? { reasoningEffort: 'medium', forceReasoning: true } : {},
  }),
  hidesThoughts: 'its chat model reads no field of thoughts',
  losesSeals: () => 'its chat messages have no place for what it does not know',
});

/** The AI SDK with the provider that speaks `/v1/responses`. */
export const aiOpenaiResponses = createDriver({
  name: 'ai with openai.responses',
  model: ({ url, apiKey, model }) => createOpenAI({ baseURL: `${url}/v1`, apiKey })(model),
  options: ({ wantsThoughts }) => ({
    openai: {
      store: false,
      include: ['reasoning.encrypted_content'],
      ...(wantsThoughts && {
        reasoningEffort: 'medium',
        reasoningSummary: 'auto',
        forceReasoning: true,
      }),
    },
  }),
});

/** The AI SDK with Anthropic's provider. */
export const aiAnthropic = createDriver({
  name: 'ai with anthropic',
  model: ({ url, apiKey, model }) => createAnthropic({ baseURL: `${url}/v1`, apiKey })(model),
  options: ({ wantsThoughts }) => ({
    anthropic: wantsThoughts
      ? { thinking: { type: 'enabled', budgetTokens: THINKING_TOKENS } }
      : {},
  }),
});

/** The AI SDK with Google's provider. */
export const aiGoogle = createDriver({
  name: 'ai with google',
  model: ({ url, apiKey, model }) => createGoogle({ baseURL: `${url}/v1beta`, apiKey })(model),
  options: ({ wantsThoughts }) => ({
    google: wantsThoughts
      ? { thinkingConfig: { includeThoughts: true, thinkingBudget: THINKING_TOKENS } }
      : {},
  }),
});

function createDriver({ model: modelOf, options, ...rest }: Speech): ClientDriver {
  return {
    ...rest,
    errors: {
      badRequest: 'APICallError',
      unauthorized: 'APICallError',
      unavailable: 'APICallError',
    },
    connect(pointed) {
      const { maxRetries } = pointed;
      const model = modelOf(pointed);
      const talk: Talk = { model, maxRetries, options };
      return {
        ask: (question, ask) => converse(talk, ask, [{ role: 'user', content: question }]),
        async askForObject(prompt) {
          const output = Output.object({ schema: OBJECT });
          return (await generateText({ model, prompt, maxRetries, output })).output;
        },
        async leaveStream(prompt) {
          const leaving = new AbortController();
          const { textStream } = streamText({
            model,
            prompt,
            maxRetries,
            abortSignal: leaving.signal,
          });
          for await (const text of textStream) {
            leaving.abort();
            return text;
          }
          return '';
        },
        read(error) {
          const last = RetryError.isInstance(error) ? error.lastError : error;
          if (!APICallError.isInstance(last)) throw error;
          return { kind: last.constructor.name, status: last.statusCode };
        },
      };
    },
  };
}

interface Talk extends Pick<Speech, 'options'> {
  readonly model: LanguageModel;
  readonly maxRetries: number;
}

/** What whole and streamed answers have in common. */
interface Gathered {
  readonly text: string;
  readonly thoughts: string | undefined;
  readonly calls: readonly { toolCallId: string; toolName: string; input: unknown }[];
  readonly usage: LanguageModelUsage;
  readonly messages: readonly ModelMessage[];
}

async function converse(talk: Talk, ask: Ask, turns: readonly ModelMessage[]): Promise<Said> {
  const { model, maxRetries, options } = talk;
  const request = {
    model,
    maxRetries,
    messages: [...turns],
    maxOutputTokens: MAX_TOKENS,
    providerOptions: options(ask),
    ...(ask.wantsTools && { tools: TOOL_SET }),
  };
  const answer = ask.isStream ? await gather(request) : await whole(request);
  const calls = answer.calls.map(
    ({ toolCallId: id, toolName: name, input }): SaidCall => ({ id, name, arguments: input }),
  );
  return {
    text: answer.text,
    thoughts: answer.thoughts ?? '',
    calls,
    usage: usageOf(answer.usage),
    next: (resultOf) =>
      converse(talk, ask, [...turns, ...answer.messages, answerTo(calls, resultOf)]),
  };
}

type Request = Parameters<typeof generateText>[0] & Parameters<typeof streamText>[0];

async function whole(request: Request): Promise<Gathered> {
  const { finalStep, text, usage, responseMessages } = await generateText(request);
  return {
    text,
    thoughts: finalStep.reasoningText,
    calls: finalStep.toolCalls,
    usage,
    messages: responseMessages,
  };
}

async function gather(request: Request): Promise<Gathered> {
  let thrown: unknown;
  const result = streamText({
    ...request,
    onError: ({ error }) => {
      thrown = error;
    },
  });
  await result.consumeStream();
  if (thrown !== undefined) throw thrown;
  const { reasoningText, toolCalls } = await result.finalStep;
  return {
    text: await result.text,
    thoughts: reasoningText,
    calls: toolCalls,
    usage: await result.usage,
    messages: await result.responseMessages,
  };
}

function answerTo(calls: readonly SaidCall[], resultOf: (call: SaidCall) => string): ModelMessage {
  if (calls.length === 0) return { role: 'user', content: 'And then?' };
  return {
    role: 'tool',
    content: calls.map((call) => ({
      type: 'tool-result',
      toolCallId: call.id,
      toolName: call.name,
      output: { type: 'text', value: resultOf(call) },
    })),
  };
}

function usageOf(usage: LanguageModelUsage): Said['usage'] {
  const { inputTokenDetails: input, outputTokenDetails: output } = usage;
  return {
    input: usage.inputTokens,
    output: usage.outputTokens,
    ...(input.cacheReadTokens !== undefined && { cacheRead: input.cacheReadTokens }),
    ...(input.cacheWriteTokens !== undefined && { cacheWrite: input.cacheWriteTokens }),
    ...(output.reasoningTokens !== undefined && { reasoning: output.reasoningTokens }),
  };
}
