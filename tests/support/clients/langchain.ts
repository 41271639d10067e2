import { ChatAnthropic } from '@langchain/anthropic';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import {
  type AIMessage,
  type AIMessageChunk,
  type BaseMessage,
  HumanMessage,
  ToolMessage,
  type UsageMetadata,
} from '@langchain/core/messages';
import { concat } from '@langchain/core/utils/stream';
import { ChatGoogleGenerativeAI } from '@langchain/google-genai';
import { ChatOpenAI } from '@langchain/openai';
import type { SaidCall } from './answers.ts';
import {
  type Ask,
  type ClientDriver,
  MAX_TOKENS,
  OBJECT,
  type Pointed,
  type Said,
  type ShownUsage,
  THINKING_TOKENS,
  TOOLS,
} from './driver.ts';

/** What LangChain's drivers differ in. */
interface Speech extends Omit<ClientDriver, 'connect'> {
  model(pointed: Pointed, ask: Partial<Ask>): BaseChatModel;
  /** What it shows of the usage rightly; all where absent. */
  shown?(usage: ShownUsage, ask: Ask): ShownUsage;
}

const openaiErrors = {
  badRequest: 'BadRequestError',
  unauthorized: 'AuthenticationError',
  unavailable: 'InternalServerError',
};

/** LangChain's model for `/v1/chat/completions`. */
export const langchainOpenaiChat = createDriver({
  name: '@langchain/openai',
  errors: openaiErrors,
  losesSeals: () => 'its chat messages have no place for what it does not know',
  model: ({ url, apiKey, model, maxRetries }, { wantsThoughts }) =>
    new ChatOpenAI({
      model,
      apiKey,
      maxRetries,
      maxTokens: MAX_TOKENS,
      configuration: { baseURL: `${url}/v1` },
      ...(wantsThoughts && { reasoning: { effort: 'medium' } }),
    }),
});

/** LangChain's model for `/v1/responses`. */
export const langchainOpenaiResponses = createDriver({
  name: '@langchain/openai with useResponsesApi',
  errors: openaiErrors,
  model: ({ url, apiKey, model, maxRetries }, { wantsThoughts }) =>
    new ChatOpenAI({
      model,
      apiKey,
      maxRetries,
      maxTokens: MAX_TOKENS,
      useResponsesApi: true,
      zdrEnabled: true,
      configuration: { baseURL: `${url}/v1` },
      ...(wantsThoughts && { reasoning: { effort: 'medium', summary: 'auto' } }),
    }),
});

/** LangChain's model for `/v1/messages`. */
export const langchainAnthropic = createDriver({
  name: '@langchain/anthropic',
  errors: openaiErrors,
  // In streams it takes the input from their begin, where only Anthropic itself knows it, and adds
  // what was told of the output there to the final figure.
  shown: (usage, { isStream }) => (isStream ? {} : usage),
  model: ({ url, apiKey, model, maxRetries }, { wantsThoughts }) =>
    new ChatAnthropic({
      model,
      apiKey,
      maxRetries,
      maxTokens: MAX_TOKENS,
      anthropicApiUrl: url,
      ...(wantsThoughts && { thinking: { type: 'enabled', budget_tokens: THINKING_TOKENS } }),
    }),
});

/** LangChain's model for Google's surface. */
export const langchainGoogle = createDriver({
  name: '@langchain/google-genai',
  errors: {
    badRequest: 'GoogleGenerativeAIFetchError',
    unauthorized: 'GoogleGenerativeAIFetchError',
    unavailable: 'GoogleGenerativeAIFetchError',
  },
  forgetsCallIds: 'it sends names only',
  cannotLeave: 'Google’s old client, which it is built on, handles no rejection when it is aborted',
  losesSeals: (at, isStream) =>
    isStream && (at === 'chat' || at === 'messages' || at === 'converse')
      ? 'of streams it drops what has no text, where Google itself puts seals, too'
      : undefined,
  // It shows no thoughts' tokens, and adds up what every event of a stream repeats of the cache.
  shown: ({ input, output, cacheRead = 0 }, { isStream }) => ({
    input,
    answer: output,
    ...(!isStream && { cacheRead }),
  }),
  model: ({ url, apiKey, model, maxRetries }, { wantsThoughts }) =>
    new ChatGoogleGenerativeAI({
      model,
      apiKey,
      maxRetries,
      maxOutputTokens: MAX_TOKENS,
      baseUrl: url,
      ...(wantsThoughts && {
        thinkingConfig: { includeThoughts: true, thinkingBudget: THINKING_TOKENS },
      }),
    }),
});

function createDriver({ model: modelOf, shown = (usage) => usage, ...rest }: Speech): ClientDriver {
  return {
    ...rest,
    connect(pointed) {
      return {
        ask: (question, ask) =>
          converse({ model: modelOf(pointed, ask), shown, ask }, [new HumanMessage(question)]),
        askForObject: (question) =>
          modelOf(pointed, {})
            .withStructuredOutput(OBJECT, { name: 'port', method: 'jsonSchema' })
            .invoke(question),
        async leaveStream(question) {
          const leaving = new AbortController();
          const { signal } = leaving;
          let got = '';
          try {
            for await (const { text } of await modelOf(pointed, {}).stream(question, { signal })) {
              got += text;
              if (got !== '') leaving.abort();
            }
          } catch (error) {
            if (!signal.aborted) throw error;
          }
          return got;
        },
        read(error) {
          const { status } = error as { readonly status?: unknown };
          if (!(error instanceof Error) || typeof status !== 'number') throw error;
          return { kind: error.constructor.name, status };
        },
      };
    },
  };
}

interface Talk extends Pick<Required<Speech>, 'shown'> {
  readonly model: BaseChatModel;
  readonly ask: Ask;
}

async function converse(talk: Talk, turns: readonly BaseMessage[]): Promise<Said> {
  const { model, ask, shown } = talk;
  const bound = ask.wantsTools ? model.bindTools!(toolsOf()) : model;
  const message: AIMessage = ask.isStream
    ? await gather(await bound.stream([...turns]))
    : await bound.invoke([...turns]);
  const calls = (message.tool_calls ?? []).map(
    ({ id = '', name, args }): SaidCall => ({ id, name, arguments: args }),
  );
  return {
    text: message.text,
    thoughts: thoughtsIn(message),
    calls,
    usage: shown(usageOf(message), ask),
    next: (resultOf) => converse(talk, [...turns, message, ...answersTo(calls, resultOf)]),
  };
}

function toolsOf(): Record<string, unknown>[] {
  return TOOLS.map((tool) => ({ type: 'function', function: structuredClone(tool) }));
}

async function gather(stream: AsyncIterable<AIMessageChunk>): Promise<AIMessage> {
  let whole: AIMessageChunk | undefined;
  for await (const chunk of stream) whole = whole ? concat(whole, chunk) : chunk;
  if (!whole) throw new Error('The stream was empty.');
  return whole;
}

/** Google's own kind of block, of which whole answers are told as they are. */
const thinkingOf = (block: object): unknown => ('thinking' in block ? block.thinking : '');

function thoughtsIn({ content, contentBlocks, additional_kwargs: more }: AIMessage): string {
  if (typeof more.reasoning_content === 'string') return more.reasoning_content;
  const blocks = contentBlocks.map((block) => (block.type === 'reasoning' ? block.reasoning : ''));
  return blocks.join('') || (Array.isArray(content) ? content.map(thinkingOf).join('') : '');
}

function answersTo(
  calls: readonly SaidCall[],
  resultOf: (call: SaidCall) => string,
): BaseMessage[] {
  if (calls.length === 0) return [new HumanMessage('And then?')];
  return calls.map(
    (call) => new ToolMessage({ tool_call_id: call.id, name: call.name, content: resultOf(call) }),
  );
}

function usageOf(message: AIMessage): ShownUsage {
  const usage = message.usage_metadata as UsageMetadata | undefined;
  const { cache_read: cacheRead, cache_creation: cacheWrite } = usage?.input_token_details ?? {};
  const { reasoning } = usage?.output_token_details ?? {};
  return {
    input: usage?.input_tokens,
    output: usage?.output_tokens,
    ...(cacheRead !== undefined && { cacheRead }),
    ...(cacheWrite !== undefined && { cacheWrite }),
    ...(reasoning !== undefined && { reasoning }),
  };
}
