// Every wire with its fixtures, and what an answer says whichever wire it is read from.
import {
  anthropicMessages,
  messagesClient,
  messagesUpstream,
} from '../../anthropic-messages/index.ts';
import { converseUpstream } from '../../bedrock-converse/index.ts';
import type { Call, Dialect } from '../../dialect.ts';
import { gemini, geminiClient, geminiUpstream } from '../../gemini/index.ts';
import type { Choice, NeutralAnswer } from '../../neutral/answer.ts';
import type { Part } from '../../neutral/parts.ts';
import { chatClient, chatUpstream, openaiChat } from '../../openai-chat/index.ts';
import {
  openaiResponses,
  responsesClient,
  responsesUpstream,
} from '../../openai-responses/index.ts';
import type { ClientWire, UpstreamWire } from '../../wire.ts';
import {
  echoChat,
  echoGemini,
  echoMessages,
  echoResponses,
  type Fields,
  richChat,
  richGemini,
  richMessages,
  richResponses,
} from './matrix-requests.ts';

/** The kinds of answers that every upstream can give. */
export type Scenario =
  | 'text'
  | 'calls'
  | 'reasoning'
  | 'refusal'
  | 'length'
  | 'filter'
  | 'cache'
  | 'unicode';

/** An upstream's wire, the model that it is asked for, and its fixtures by what they show. */
export interface MatrixUpstream {
  readonly wire: UpstreamWire;
  /** The model in the catalog's words. */
  readonly canonical: string;
  readonly folder: string;
  readonly fixtures: Readonly<Partial<Record<Scenario, string>>>;
  /** A stream that breaks off with an error. */
  readonly error: string;
}

/** A client's wire, how its requests are read, and how its answers become a next request. */
export interface MatrixClient {
  readonly wire: ClientWire;
  /** The other half of the same wire, which reads what was written. */
  readonly reader: UpstreamWire;
  readonly dialect: Dialect;
  /** The least request. */
  readonly plain: object;
  /** A request with instructions, an image, tools, and a call with its result. */
  readonly rich: { readonly tools: readonly object[] };
  /** A request whose history is this answer, its calls answered. */
  echo(answer: Fields): object;
  /** The whole answer in a stream, where its last event repeats it. */
  lastOf?(stream: string): Fields;
  /** What a request needs besides its body. */
  readonly path?: { readonly model: string; readonly isStream: boolean };
}

export const UPSTREAMS: readonly MatrixUpstream[] = [
  {
    wire: chatUpstream,
    canonical: 'gpt-5.6-sol',
    folder: 'openai-chat',
    fixtures: {
      text: 'text',
      calls: 'parallel-tool-calls',
      reasoning: '../openai-chat-vendors/openrouter-reasoning',
      refusal: 'refusal',
      length: 'length',
      filter: 'content-filter',
      cache: 'reasoning-and-cache',
      unicode: 'unicode',
    },
    error: 'error-in-stream',
  },
  {
    wire: responsesUpstream,
    canonical: 'gpt-5.6-sol',
    folder: 'openai-responses',
    fixtures: {
      text: 'text',
      calls: 'parallel-tool-calls',
      reasoning: 'reasoning-with-call',
      refusal: 'refusal',
      length: 'length',
      filter: 'content-filter',
      cache: 'reasoning-and-cache',
      unicode: 'unicode',
    },
    error: 'error-in-stream',
  },
  {
    wire: messagesUpstream,
    canonical: 'claude-sonnet-4-6',
    folder: 'anthropic-messages',
    fixtures: {
      text: 'text',
      calls: 'parallel-tool-calls',
      reasoning: 'reasoning-with-tools',
      // Anthropic stops with a refusal where others speak of a filter.
      refusal: 'refusal',
      length: 'length',
      cache: 'cache-usage',
      unicode: 'unicode',
    },
    error: 'error-in-stream',
  },
  {
    wire: geminiUpstream,
    canonical: 'gemini-3.5-flash',
    folder: 'gemini',
    fixtures: {
      text: 'text',
      calls: 'parallel-tool-calls',
      reasoning: 'tool-call',
      // Google knows filters only.
      length: 'length',
      filter: 'content-filter',
      cache: 'reasoning-and-cache',
      unicode: 'unicode',
    },
    error: 'error-in-stream',
  },
  {
    wire: converseUpstream,
    canonical: 'claude-sonnet-4-6',
    folder: 'bedrock-converse',
    fixtures: {
      text: 'text',
      calls: 'parallel-tool-calls',
      reasoning: 'reasoning',
      // Bedrock knows filters only.
      length: 'length',
      filter: 'content-filter',
      cache: 'cache-usage',
      unicode: 'unicode',
    },
    error: 'error-model-stream',
  },
];

export const CLIENTS: readonly MatrixClient[] = [
  {
    wire: chatClient,
    reader: chatUpstream,
    dialect: openaiChat,
    plain: {
      model: 'm',
      messages: [{ role: 'user', content: 'Hi' }],
      stream: true,
      stream_options: { include_usage: true },
    },
    rich: richChat,
    echo: echoChat,
  },
  {
    wire: responsesClient,
    reader: responsesUpstream,
    dialect: openaiResponses,
    plain: { model: 'm', input: 'Hi' },
    rich: richResponses,
    echo: echoResponses,
    lastOf: (stream) =>
      (JSON.parse(/^data: (.*"type":"response\.completed".*)$/m.exec(stream)?.[1] ?? '') as Fields)
        .response,
  },
  {
    wire: messagesClient,
    reader: messagesUpstream,
    dialect: anthropicMessages,
    plain: { model: 'm', max_tokens: 500, messages: [{ role: 'user', content: 'Hi' }] },
    rich: richMessages,
    echo: echoMessages,
  },
  {
    wire: geminiClient,
    reader: geminiUpstream,
    dialect: gemini,
    plain: { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }] },
    rich: richGemini,
    echo: echoGemini,
    path: { model: 'm', isStream: true },
  },
];

/** A client's request, read as the pipeline reads it. */
export function callOf({ dialect, path }: MatrixClient, body: object): Call {
  return dialect.decode(Buffer.from(JSON.stringify(body)), path);
}

/** What of an answer may not change on the way. */
export interface Essence {
  readonly text: string;
  readonly refusal: string;
  readonly thoughts: string;
  readonly calls: readonly unknown[];
  readonly stop: Choice['stop'];
  readonly usage: NeutralAnswer['usage'];
}

/** The essence of an answer's first choice. */
export function essenceOf({ choices, usage }: NeutralAnswer): Essence {
  const { parts = [], stop = 'error' } = choices[0] ?? {};
  return {
    text: textOf(parts, 'text'),
    refusal: textOf(parts, 'refusal'),
    thoughts: textOf(parts, 'reasoning'),
    calls: parts
      .filter((part) => part.type === 'toolCall')
      .map(({ id, name, arguments: given }) => [id, name, JSON.parse(given || '{}')]),
    stop,
    usage,
  };
}

function textOf(parts: readonly Part[], type: 'text' | 'refusal' | 'reasoning'): string {
  return parts.map((part) => (part.type === type && 'text' in part ? part.text : '')).join('');
}

/** The seals of an answer or a message, by what carries them. */
export function sealsOf(parts: readonly Part[]): string[] {
  return parts.flatMap((part) =>
    'seal' in part && part.seal ? [`${part.type} ${part.seal.origin} ${part.seal.data}`] : [],
  );
}
