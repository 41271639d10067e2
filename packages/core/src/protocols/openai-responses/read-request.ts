import { invalid } from '../../kernel/index.ts';
import type { Call } from '../dialect.ts';
import { parsing } from '../json/request-body.ts';
import { type Fields, fieldsOf, isFields, listOf, numberOf, stringOf } from '../json/values.ts';
import { readEffort } from '../neutral/effort.ts';
import type { Message } from '../neutral/parts.ts';
import type {
  Extra,
  NeutralRequest,
  OutputFormat,
  ReasoningWish,
  Sampling,
} from '../neutral/request.ts';
import { readInput } from './read-items.ts';
import { readToolChoice, readTools } from './tools.ts';

const LOGPROBS_INCLUDE = 'message.output_text.logprobs';

/** Fields with a meaning of their own in the neutral request, or that the gateway itself obeys. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  ...['model', 'input', 'instructions', 'tools', 'tool_choice', 'parallel_tool_calls', 'text'],
  ...['reasoning', 'temperature', 'top_p', 'top_logprobs', 'max_output_tokens', 'stream'],
  ...['service_tier', 'user', 'safety_identifier', 'metadata', 'prompt_cache_key', 'include'],
  // Kept, run and resolved here.
  ...['store', 'background', 'previous_response_id'],
  // Hints that change no answer.
  ...['stream_options', 'prompt_cache_retention', 'prompt_cache_options'],
]);

/** Reads a request of the Responses API. Throws `invalid_json` or `invalid_request`. */
export function readResponsesRequest(call: Call): NeutralRequest {
  const body = parsing((): unknown => JSON.parse(call.body.toString('utf8')));
  if (!isFields(body)) throw invalid('input', 'The request body must be a JSON object.');
  const text = fieldsOf(body.text);
  const reasoning = readReasoningWish(body.reasoning);
  const toolChoice = readToolChoice(body.tool_choice);
  const output = readFormat(text.format);
  const settings = readSettings(body);
  return {
    messages: [...readInstructions(body.instructions), ...readInput(body.input)],
    tools: readTools(body.tools),
    ...(toolChoice && { toolChoice }),
    ...(output && { output }),
    ...(reasoning && { reasoning }),
    ...optional('verbosity', stringOf(text.verbosity)),
    ...settings,
    sampling: readSampling(body),
    ...optional('maxOutputTokens', numberOf(body.max_output_tokens)),
    choices: 1,
    isStream: call.isStream,
    extras: readExtras(body),
  };
}

function optional<K extends string, V>(name: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [P in K]?: V };
}

/** Instructions stand before the conversation; as items they are messages of their own. */
function readInstructions(instructions: unknown): readonly Message[] {
  if (typeof instructions !== 'string') return readInput(instructions ?? []);
  if (instructions === '') return [];
  return [{ role: 'system', parts: [{ type: 'text', text: instructions }] }];
}

function readFormat(format: unknown): OutputFormat | undefined {
  const { type, name, description, schema, strict } = fieldsOf(format);
  if (type === 'text') return { type: 'text' };
  if (type === 'json_object') return { type: 'json' };
  if (type !== 'json_schema') return undefined;
  if (!isFields(schema)) {
    throw invalid('text.format.schema', "'text.format.schema' must be a JSON Schema.");
  }
  return {
    type: 'schema',
    name: stringOf(name) ?? 'answer',
    ...optional('description', stringOf(description)),
    schema,
    ...(typeof strict === 'boolean' && { isStrict: strict }),
  };
}

function readReasoningWish(reasoning: unknown): ReasoningWish | undefined {
  const { effort, summary, generate_summary: older } = fieldsOf(reasoning);
  const wanted = readEffort(effort);
  const mode = stringOf(summary) ?? stringOf(older);
  if (wanted === undefined && mode === undefined) return undefined;
  return {
    ...optional('effort', wanted),
    ...(mode !== undefined && { isShown: true, summary: mode }),
  };
}

function readSampling(body: Fields): Sampling {
  const top = numberOf(body.top_logprobs) ?? 0;
  const wantsLogprobs = listOf(body.include).includes(LOGPROBS_INCLUDE) || top > 0;
  return {
    ...optional('temperature', numberOf(body.temperature)),
    ...optional('topP', numberOf(body.top_p)),
    ...(wantsLogprobs && { logprobs: true }),
    ...(top > 0 && { topLogprobs: top }),
  };
}

type Settings = Pick<
  NeutralRequest,
  'parallelToolCalls' | 'serviceTier' | 'user' | 'metadata' | 'promptCacheKey'
>;

function readSettings(body: Fields): Settings {
  const parallel = body.parallel_tool_calls;
  const metadata = readMetadata(body.metadata);
  return {
    ...(typeof parallel === 'boolean' && { parallelToolCalls: parallel }),
    ...optional('serviceTier', stringOf(body.service_tier)),
    ...optional('user', stringOf(body.user) ?? stringOf(body.safety_identifier)),
    ...(metadata && { metadata }),
    ...optional('promptCacheKey', stringOf(body.prompt_cache_key)),
  };
}

function readMetadata(metadata: unknown): Readonly<Record<string, string>> | undefined {
  if (!isFields(metadata)) return undefined;
  const entries = Object.entries(metadata).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** What only upstreams of this wire can do. A default that is spelled out asks for nothing. */
function readExtras(body: Fields): readonly Extra[] {
  const isIdle = idleFields(body);
  const extras: Extra[] = [];
  const add = (field: string, value: unknown): void => {
    if (value !== undefined && value !== null) extras.push({ origin: 'responses', field, value });
  };
  for (const [field, value] of Object.entries(body)) {
    if (!UNDERSTOOD.has(field) && !isIdle.has(field)) add(field, value);
  }
  const { mode, context } = fieldsOf(body.reasoning);
  if (mode !== 'standard') add('reasoning.mode', mode);
  if (context !== 'auto') add('reasoning.context', context);
  return extras;
}

function idleFields(body: Fields): ReadonlySet<string> {
  const idle = new Set<string>();
  if (body.truncation === 'disabled') idle.add('truncation');
  if (listOf(body.context_management).length === 0) idle.add('context_management');
  // It bounds calls of hosted tools only.
  const hasHosted = readTools(body.tools).some((tool) => tool.type === 'hosted');
  if (!hasHosted) idle.add('max_tool_calls');
  return idle;
}
