/** What is needed to write chunks that belong to a stream which the upstream began. */
export interface StreamIdentity {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** The few fields of a chunk that the tap reads. */
interface Chunk {
  readonly id?: unknown;
  readonly created?: unknown;
  readonly model?: unknown;
  readonly error?: unknown;
  readonly usage?: unknown;
  readonly choices?: unknown;
}

/** What one event of the opening (before the first content) means. */
export interface OpenedChunk {
  /** Content, or an end: from here on the answer is under way and nothing can be retried. */
  readonly isContent: boolean;
  readonly identity: StreamIdentity;
  readonly error: unknown;
}

const CONTENT_FIELDS = [
  'content',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'refusal',
  'tool_calls',
  'function_call',
  'audio',
  'annotations',
] as const;

function isFilled(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return false;
  return !Array.isArray(value) || value.length > 0;
}

function isContentChoice(choice: unknown): boolean {
  if (typeof choice !== 'object' || choice === null) return false;
  const { delta, finish_reason: finish, text } = choice as Record<string, unknown>;
  if (isFilled(finish) || isFilled(text)) return true;
  if (typeof delta !== 'object' || delta === null) return false;
  return CONTENT_FIELDS.some((field) => isFilled((delta as Record<string, unknown>)[field]));
}

/** Reads a chunk of the opening; undefined when the data is not a JSON object. */
export function readOpening(data: string): OpenedChunk | undefined {
  let chunk: Chunk;
  try {
    chunk = JSON.parse(Buffer.from(data, 'latin1').toString('utf8')) as Chunk;
  } catch {
    return undefined;
  }
  if (typeof chunk !== 'object' || chunk === null) return undefined;
  const choices = Array.isArray(chunk.choices) ? chunk.choices : [];
  return {
    isContent: choices.some(isContentChoice) || isFilled(chunk.usage),
    error: chunk.error ?? undefined,
    identity: {
      id: typeof chunk.id === 'string' ? chunk.id : '',
      created: typeof chunk.created === 'number' ? chunk.created : 0,
      model: typeof chunk.model === 'string' ? chunk.model : '',
    },
  };
}

/** The `usage` of a chunk and whether the chunk carries nothing else. */
export function readUsageChunk(data: string): { usage: unknown; isBare: boolean } | undefined {
  try {
    const chunk = JSON.parse(Buffer.from(data, 'latin1').toString('utf8')) as Chunk;
    const isBare = Array.isArray(chunk.choices) && chunk.choices.length === 0;
    return { usage: chunk.usage, isBare };
  } catch {
    return undefined;
  }
}

function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** In what a stream of chat chunks differs from one of legacy text completions. */
export interface ChunkWords {
  readonly object: string;
  /** The field of a choice that holds what is generated, in its quotes. */
  readonly generated: string;
  /** That field in a choice that only ends. */
  readonly ending: object;
}

export const CHAT_WORDS: ChunkWords = {
  object: 'chat.completion.chunk',
  generated: '"delta"',
  ending: { delta: {} },
};

/** A last chunk that ends a stream with `length`, for an answer stopped because credit ran out. */
export function lengthChunk(identity: StreamIdentity, { object, ending }: ChunkWords): string {
  return event({
    ...identity,
    object,
    choices: [{ index: 0, ...ending, logprobs: null, finish_reason: 'length' }],
  });
}

/** The usage of a stream. */
export interface StreamUsage {
  readonly input: number;
  readonly output: number;
}

/** The usage chunk of a stream that the upstream ended without one. */
export function usageChunk(
  identity: StreamIdentity,
  { input, output }: StreamUsage,
  { object }: ChunkWords,
): string {
  return event({
    ...identity,
    object,
    choices: [],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  });
}

export const DONE_EVENT = 'data: [DONE]\n\n';
