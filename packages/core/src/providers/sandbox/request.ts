import { type ChatCompletionRequest, chatCompletionRequest } from '@meridian/contract';
import { checkConversation } from './conversation.ts';
import { DELAY_MS_MAX, OUTPUT_TOKENS_MAX, readModelName, type SandboxModel } from './quirks.ts';
import { refuse, shapeRefusal, WireRefusal } from './refusal.ts';
import { readTools, type SandboxTool, type ToolChoice } from './tools.ts';

/** Reasoning tokens by effort. */
const REASONING_TOKENS: Readonly<Record<string, number>> = {
  none: 0,
  minimal: 8,
  low: 32,
  medium: 64,
  high: 256,
  xhigh: 512,
};
const STOPS_MAX = 4;

/** The form that the answer must have. */
export interface AnswerFormat {
  readonly kind: 'text' | 'json_object' | 'json_schema';
  readonly schema?: unknown;
}

/** A request that is valid in every part, with its defaults. */
export interface SandboxRequest {
  readonly model: SandboxModel;
  /** The name as it was asked for. */
  readonly modelName: string;
  readonly messages: ChatCompletionRequest['messages'];
  readonly choices: number;
  readonly outputTokensMax: number;
  readonly reasoningTokens: number;
  readonly stops: readonly string[];
  readonly tools: readonly SandboxTool[];
  readonly toolChoice: ToolChoice;
  readonly format: AnswerFormat;
  /** Alternatives told per token; undefined when no probabilities are asked for. */
  readonly topLogprobs: number | undefined;
  readonly seed: number | undefined;
  readonly isStream: boolean;
  readonly includeUsage: boolean;
  readonly delayMs: number;
}

/** Reads and checks a body, or says what is wrong with it as OpenAI's API does. */
export function readRequest(body: Buffer): SandboxRequest | WireRefusal {
  const json = parseJson(body);
  if (json instanceof WireRefusal) return json;
  const parsed = chatCompletionRequest.safeParse(json, { reportInput: true });
  if (!parsed.success) return shapeRefusal(parsed.error);
  const wire = parsed.data;
  const name = readModelName(wire.model);
  if (!name) {
    const message = `The model '${wire.model}' does not exist in the sandbox.`;
    return new WireRefusal(404, 'model_not_found', message, 'model');
  }
  const tools = readTools(wire);
  if (tools instanceof WireRefusal) return tools;
  const refusal = checkFields(wire) ?? checkConversation(wire.messages);
  if (refusal) return refusal;
  return { ...plainFields(wire, name.model), ...tools, delayMs: delayOf(wire, name.delayMs) };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new WireRefusal(400, null, 'The body of the request is not valid JSON.');
  }
}

function plainFields(wire: ChatCompletionRequest, model: SandboxModel) {
  const effort = wire.reasoning_effort ?? 'medium';
  const stop = wire.stop ?? [];
  return {
    model,
    modelName: wire.model,
    messages: wire.messages,
    choices: wire.n ?? 1,
    outputTokensMax: wire.max_completion_tokens ?? wire.max_tokens ?? OUTPUT_TOKENS_MAX,
    reasoningTokens: model === 'sandbox-reasoner' ? (REASONING_TOKENS[effort] ?? 0) : 0,
    stops: typeof stop === 'string' ? [stop] : stop,
    format: formatOf(wire),
    topLogprobs: wire.logprobs ? (wire.top_logprobs ?? 0) : undefined,
    seed: wire.seed ?? undefined,
    isStream: wire.stream ?? false,
    includeUsage: wire.stream_options?.include_usage ?? false,
  };
}

function formatOf({ response_format: format }: ChatCompletionRequest): AnswerFormat {
  if (format?.type !== 'json_schema') return { kind: format?.type ?? 'text' };
  return { kind: 'json_schema', schema: format.json_schema.schema ?? {} };
}

function delayOf(wire: ChatCompletionRequest, named: number): number {
  const field = wire['x-sandbox-delay-ms'];
  return typeof field === 'number' && field >= 0 ? Math.min(field, DELAY_MS_MAX) : named;
}

/** What the wire shape alone does not say. */
function checkFields(wire: ChatCompletionRequest): WireRefusal | undefined {
  return (
    checkBounds(wire) ??
    checkStops(wire) ??
    checkFormat(wire) ??
    checkModalities(wire) ??
    checkDependents(wire)
  );
}

function checkBounds(wire: ChatCompletionRequest): WireRefusal | undefined {
  for (const param of ['max_completion_tokens', 'max_tokens'] as const) {
    if ((wire[param] ?? 0) <= OUTPUT_TOKENS_MAX) continue;
    const message = `'${param}' is too large: this model answers with at most ${OUTPUT_TOKENS_MAX} tokens.`;
    return refuse('invalid_value', param, message);
  }
  const effort = wire.reasoning_effort;
  if (typeof effort === 'string' && !(effort in REASONING_TOKENS)) {
    const known = Object.keys(REASONING_TOKENS).join(', ');
    return refuse('invalid_value', 'reasoning_effort', `Expected one of: ${known}.`);
  }
  return undefined;
}

function checkStops({ stop }: ChatCompletionRequest): WireRefusal | undefined {
  const stops = typeof stop === 'string' ? [stop] : (stop ?? []);
  if (stops.length <= STOPS_MAX && stops.every((text) => text !== '')) return undefined;
  return refuse('invalid_value', 'stop', `Expected up to ${STOPS_MAX} texts, none of them empty.`);
}

function checkFormat(wire: ChatCompletionRequest): WireRefusal | undefined {
  const format = wire.response_format;
  if (format?.type === 'json_object' && !/json/i.test(JSON.stringify(wire.messages))) {
    const message = "The messages must contain the word 'json' to use a 'json_object' format.";
    return new WireRefusal(400, null, message, 'messages');
  }
  if (format?.type !== 'json_schema') return undefined;
  if (/^[\w-]{1,64}$/.test(format.json_schema.name)) return undefined;
  const param = 'response_format.json_schema.name';
  return refuse('invalid_value', param, 'Expected 1 to 64 letters, digits, _ or -.');
}

function checkModalities({ modalities }: ChatCompletionRequest): WireRefusal | undefined {
  if (!modalities?.some((modality) => modality !== 'text')) return undefined;
  return refuse('unsupported_value', 'modalities', 'The sandbox answers with text only.');
}

function checkDependents(wire: ChatCompletionRequest): WireRefusal | undefined {
  const only = (param: string, when: string): WireRefusal =>
    refuse('invalid_value', param, `'${param}' is only allowed when ${when}.`);
  if (wire.stream_options && !wire.stream) return only('stream_options', "'stream' is true");
  if (wire.top_logprobs != null && !wire.logprobs)
    return only('top_logprobs', "'logprobs' is true");
  return undefined;
}
