import { splitEvents } from '@meridian/testkit';

/** The sums of a usage as a surface tells it; undefined where it has no word for a kind. */
export interface ToldUsage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite: number | undefined;
  readonly output: number;
  readonly reasoning: number;
}

/** A surface as it is asked without a client. */
export interface RawSurface {
  readonly name: string;
  path(model: string, isStream: boolean): string;
  body(model: string, isStream: boolean): object;
  /** The usage of a body or of an event; undefined where it tells none. */
  usageIn(document: Fields): ToldUsage | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field of any vendor.
type Fields = Record<string, any>;

const TURN = { role: 'user', content: 'Hello' };

/** Every surface for models that chat. */
export const RAW_SURFACES: readonly RawSurface[] = [
  {
    name: 'chat',
    path: () => '/v1/chat/completions',
    body: (model, isStream) => ({
      model,
      messages: [TURN],
      ...(isStream && { stream: true, stream_options: { include_usage: true } }),
    }),
    usageIn: ({ usage }) =>
      usage
        ? {
            input: usage.prompt_tokens,
            cacheRead: usage.prompt_tokens_details.cached_tokens,
            cacheWrite: usage.prompt_tokens_details.cache_write_tokens ?? 0,
            output: usage.completion_tokens,
            reasoning: usage.completion_tokens_details.reasoning_tokens,
          }
        : undefined,
  },
  {
    name: 'responses',
    path: () => '/v1/responses',
    body: (model, isStream) => ({ model, input: 'Hello', stream: isStream }),
    usageIn({ usage, response }) {
      const told = usage ?? response?.usage;
      if (!told) return undefined;
      return {
        input: told.input_tokens,
        cacheRead: told.input_tokens_details.cached_tokens,
        cacheWrite: told.input_tokens_details.cache_write_tokens ?? 0,
        output: told.output_tokens,
        reasoning: told.output_tokens_details.reasoning_tokens,
      };
    },
  },
  {
    name: 'messages',
    path: () => '/v1/messages',
    body: (model, isStream) => ({ model, max_tokens: 500, messages: [TURN], stream: isStream }),
    usageIn({ usage }) {
      if (!usage) return undefined;
      const steps: Fields[] = usage.iterations ?? [usage];
      const sum = (name: string): number =>
        steps.reduce((total, step) => total + (step[name] ?? 0), 0);
      const cacheRead = sum('cache_read_input_tokens');
      const cacheWrite = sum('cache_creation_input_tokens');
      return {
        input: sum('input_tokens') + cacheRead + cacheWrite,
        cacheRead,
        cacheWrite,
        output: sum('output_tokens'),
        reasoning: usage.output_tokens_details?.thinking_tokens ?? 0,
      };
    },
  },
  {
    name: 'gemini',
    path: (model, isStream) =>
      `/v1beta/models/${model}:${isStream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: () => ({ contents: [{ role: 'user', parts: [{ text: 'Hello' }] }] }),
    usageIn({ usageMetadata: usage }) {
      if (usage?.promptTokenCount === undefined) return undefined;
      const { thoughtsTokenCount: reasoning = 0, candidatesTokenCount: said = 0 } = usage;
      return {
        input: usage.promptTokenCount + (usage.toolUsePromptTokenCount ?? 0),
        cacheRead: usage.cachedContentTokenCount ?? 0,
        cacheWrite: usage.cacheCreationTokenCount ?? 0,
        output: said + reasoning,
        reasoning,
      };
    },
  },
];

/** The last usage that an answer tells, whole or streamed. */
export function lastUsage(
  { usageIn }: RawSurface,
  text: string,
  isStream: boolean,
): ToldUsage | undefined {
  if (!isStream) return usageIn(JSON.parse(text) as Fields);
  return splitEvents(text)
    .map((event) => /^data: (\{[^\n]*)/m.exec(event)?.[1])
    .filter((data) => data !== undefined)
    .map((data) => usageIn(JSON.parse(data) as Fields))
    .findLast((usage) => usage !== undefined);
}
