import type { Call } from '../dialect.ts';
import { scanObject } from '../json/scan.ts';
import { type Fields, isFields, listOf } from '../json/values.ts';
import type { StopReason } from '../neutral/answer.ts';
import type { ShownAs } from '../wire.ts';
import { ECHOED_FIELDS, type ResponsesCall } from './decode.ts';

/** What a response says of itself besides its output and how it ended. */
export interface ResponseShell {
  readonly id: string;
  readonly createdAt: number;
  readonly model: string;
  readonly serviceTier: string | undefined;
  /** Settings of the request. */
  readonly echo: Fields;
}

/** How a response stands. */
export type ResponseStatus =
  | 'queued'
  | 'in_progress'
  | 'completed'
  | 'incomplete'
  | 'failed'
  | 'cancelled';

/** What of a response changes while it comes to be. */
export interface ResponseState {
  readonly status: ResponseStatus;
  readonly output: readonly object[];
  readonly usage: object | null;
  readonly error?: ResponseError;
  /** Why it is incomplete. */
  readonly reason?: 'max_output_tokens' | 'content_filter';
}

/** What went wrong with a response, in the vendor's shape. */
export interface ResponseError {
  readonly code: string;
  readonly message: string;
}

const RESPONSE_PREFIX = 'resp_';

/** The vendor's id where it is one of this wire's, else one made from our id of the request. */
function responseIdOf(upstreamId: string, requestId: string): string {
  return upstreamId.startsWith(RESPONSE_PREFIX) ? upstreamId : RESPONSE_PREFIX + hexOf(requestId);
}

/** The id of an item that the upstream has no id for; it names the request, so that it can be found. */
export function itemIdOf(prefix: string, requestId: string, place: number): string {
  return `${prefix}_${hexOf(requestId)}${place.toString(16).padStart(4, '0')}`;
}

function hexOf(requestId: string): string {
  return requestId.replace(/[^0-9A-Za-z]/g, '');
}

const ECHOED: ReadonlySet<string> = new Set(ECHOED_FIELDS);

/** The settings of a request that its answer repeats: those that the client sent. */
function echoOf(call: (Call & Partial<ResponsesCall>) | undefined): Fields {
  if (call === undefined) return {};
  if (call.original) return echoOf(call.original);
  const { fields } = call.scanned ?? scanObject(call.body, ECHOED);
  const echo: Record<string, unknown> = {};
  for (const name of ECHOED_FIELDS) {
    const span = fields.get(name);
    if (span) {
      echo[name] = JSON.parse(call.body.toString('utf8', span.start, span.end)) ?? undefined;
    }
  }
  return echo;
}

/** The shell of an answer as it is shown. */
export function shellOf(
  shown: ShownAs,
  answer: { readonly id: string; readonly createdAt: number; readonly serviceTier?: string },
): ResponseShell {
  return {
    id: responseIdOf(answer.id, shown.requestId),
    createdAt: answer.createdAt || shown.createdAt,
    model: shown.model,
    serviceTier: answer.serviceTier,
    echo: echoOf(shown.call),
  };
}

/** A response that has not begun, for a client that does not wait for it. */
export function queuedResponse(shown: ShownAs): Fields {
  const shell = shellOf(shown, { id: '', createdAt: 0 });
  return responseOf(shell, { status: 'queued', output: [], usage: null });
}

/** A whole response object. Settings that the request leaves open have the API's defaults. */
export function responseOf(shell: ResponseShell, state: ResponseState): Fields {
  const { echo } = shell;
  return {
    id: shell.id,
    object: 'response',
    created_at: shell.createdAt,
    status: state.status,
    access_programs: null,
    background: echo.background ?? false,
    error: state.error ?? null,
    incomplete_details: state.reason === undefined ? null : { reason: state.reason },
    instructions: echo.instructions ?? null,
    max_output_tokens: echo.max_output_tokens ?? null,
    max_tool_calls: echo.max_tool_calls ?? null,
    model: shell.model,
    output: state.output,
    parallel_tool_calls: echo.parallel_tool_calls ?? true,
    previous_response_id: echo.previous_response_id ?? null,
    prompt_cache_key: echo.prompt_cache_key ?? null,
    prompt_cache_retention: echo.prompt_cache_retention ?? null,
    reasoning: { effort: null, summary: null, ...objectOf(echo.reasoning) },
    safety_identifier: echo.safety_identifier ?? null,
    service_tier: shell.serviceTier ?? echo.service_tier ?? 'default',
    store: echo.store ?? true,
    temperature: echo.temperature ?? null,
    text: { format: { type: 'text' }, ...objectOf(echo.text) },
    tool_choice: echo.tool_choice ?? 'auto',
    tools: listOf(echo.tools).map(shownTool),
    top_logprobs: echo.top_logprobs ?? 0,
    top_p: echo.top_p ?? null,
    truncation: echo.truncation ?? 'disabled',
    usage: state.usage,
    user: echo.user ?? null,
    metadata: echo.metadata ?? {},
  };
}

function objectOf(value: unknown): object {
  return isFields(value) ? value : {};
}

/** A tool as the answer repeats it: complete, and without the credentials for a server of tools. */
function shownTool(tool: unknown): unknown {
  if (!isFields(tool)) return tool;
  if (tool.type === 'function') return { parameters: null, strict: null, ...tool };
  if (tool.type !== 'mcp') return tool;
  const { authorization: _, headers: __, ...shown } = tool;
  return shown;
}

/** How a response stands that ended for this reason. */
export function statusOf(
  stop: StopReason,
  hasRefusal: boolean,
): Pick<ResponseState, 'status' | 'reason' | 'error'> {
  switch (stop) {
    case 'length':
    case 'contextLength':
      return { status: 'incomplete', reason: 'max_output_tokens' };
    case 'contentFilter':
      return { status: 'incomplete', reason: 'content_filter' };
    case 'refusal':
      // A refusal in words is an answer; without words it is told like a filter's.
      return hasRefusal
        ? { status: 'completed' }
        : { status: 'incomplete', reason: 'content_filter' };
    case 'malformedCall':
      return failed("The model's call of a tool could not be read.");
    case 'error':
      return failed('The model could not complete the answer.');
    case 'end':
    case 'stopSequence':
    case 'toolCalls':
    case 'pause':
      return { status: 'completed' };
  }
}

function failed(message: string): Pick<ResponseState, 'status' | 'error'> {
  return { status: 'failed', error: { code: 'server_error', message } };
}
