import { invalid } from '../../kernel/index.ts';
import type { Call } from '../dialect.ts';
import {
  parsing,
  readCount,
  readField,
  readFlag,
  readModelName,
  readNumber,
  readService,
  type ScannedBody,
  scanRequestBody,
} from '../json/request-body.ts';
import type { ScannedObject } from '../json/scan.ts';
import type { Fields } from '../json/values.ts';
import { hasEscapedAscii, measureInput } from './input-size.ts';

/** A request to the Responses API: the client's bytes and where its fields stand. */
export interface ResponsesCall extends Call {
  readonly scanned: ScannedObject;
  /** The response that this one goes on from; what it says is not in the body. */
  readonly previousResponseId: string | undefined;
  /** Whether the input refers to items of earlier responses by their ids. */
  readonly hasReferences: boolean;
  /** Whether the answer is to be kept for later turns. */
  readonly isStored: boolean;
  /** Whether the client wants an answer at once and fetches the response later. */
  readonly isBackground: boolean;
  /** The request as the client sent it, where this one was made of it. */
  readonly original?: ResponsesCall;
}

const OUTPUT_TOKENS_MAX = 10_000_000;
const ID_LENGTH_MAX = 256;
const TEMPERATURE_MAX = 2;
const TOP_P_MAX = 1;

/** Settings of the request that its answer repeats. */
export const ECHOED_FIELDS = [
  'background',
  'instructions',
  'max_output_tokens',
  'max_tool_calls',
  'metadata',
  'parallel_tool_calls',
  'previous_response_id',
  'prompt_cache_key',
  'prompt_cache_retention',
  'reasoning',
  'safety_identifier',
  'service_tier',
  'store',
  'temperature',
  'text',
  'tool_choice',
  'tools',
  'top_logprobs',
  'top_p',
  'truncation',
  'user',
] as const;

const WATCHED: ReadonlySet<string> = new Set([
  ...ECHOED_FIELDS,
  ...['model', 'input', 'stream', 'prompt', 'conversation', 'include'],
]);

/** What can stand instead of `input`. */
const INPUT_SUBSTITUTES = ['previous_response_id', 'prompt', 'conversation'] as const;

const REFERENCE_MARK = '"item_reference"';
const ID_MARK = '"id"';
/** An item with nothing but an id is a reference too. */
const BARE_REFERENCE = /\{\s*"id"\s*:\s*"[^"\\]*"\s*(?:,\s*"type"\s*:\s*null\s*)?\}/;

/** Reads a request to the Responses API. Throws `invalid_json` or `invalid_request` naming the field. */
export function decodeResponses(raw: Buffer): ResponsesCall {
  const scan = scanRequestBody(raw, WATCHED);
  const { body, scanned, text } = scan;
  const read = (name: string): unknown => readField(scan, name);
  const model = readModelName(read('model'));
  const bound = readCount('max_output_tokens', read('max_output_tokens'), OUTPUT_TOKENS_MAX);
  const previousResponseId = readId(read('previous_response_id'));
  readNumber('temperature', read('temperature'), TEMPERATURE_MAX);
  readNumber('top_p', read('top_p'), TOP_P_MAX);
  checkInput(scan);
  return {
    body,
    scanned,
    model,
    isStream: readFlag('stream', read('stream')),
    wantsUsage: true,
    maxOutputTokens: bound,
    choices: 1,
    service: readService(read('service_tier')),
    size: parsing(() => measureInput(body, scanned, text)),
    previousResponseId,
    hasReferences: mayHaveReferences(scan),
    isStored: readFlag('store', read('store') ?? true),
    isBackground: readFlag('background', read('background')),
  };
}

function readId(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string' && /^[\w-]+$/.test(value) && value.length <= ID_LENGTH_MAX) {
    return value;
  }
  throw invalid('previous_response_id', "'previous_response_id' must be the id of a response.");
}

/** Only the outside of `input` is checked here: what is in it is the provider's to judge. */
function checkInput(scan: ScannedBody): void {
  const span = scan.scanned.fields.get('input');
  const first = span === undefined ? 'null' : scan.text.charAt(span.start);
  if (first === '"' || first === '[') return;
  if (readField(scan, 'input') !== undefined) {
    throw invalid('input', "'input' must be a string or an array of items.");
  }
  if (INPUT_SUBSTITUTES.every((name) => readField(scan, name) === undefined)) {
    throw invalid('input', "Missing required parameter: 'input'.");
  }
}

function mayHaveReferences({ scanned, text }: ScannedBody): boolean {
  const span = scanned.fields.get('input');
  if (span === undefined || text.charAt(span.start) !== '[') return false;
  const input = text.slice(span.start, span.end);
  if (input.includes(REFERENCE_MARK) || hasEscapedAscii(input)) return true;
  return input.includes(ID_MARK) && BARE_REFERENCE.test(input);
}

/** The id that an input item refers to; undefined for an item that is there itself. */
export function referenceOf({ type, id, role }: Fields): string | undefined {
  const isBare = (type === undefined || type === null) && role === undefined;
  return (type === 'item_reference' || isBare) && typeof id === 'string' ? id : undefined;
}
