import { invalid } from '../../kernel/index.ts';
import type { Call } from '../dialect.ts';
import {
  parsing,
  readField,
  readFlag,
  readModelName,
  type ScannedBody,
  scanRequestBody,
} from '../json/request-body.ts';
import type { ScannedObject } from '../json/scan.ts';
import { measureInput } from './input-size.ts';

/** A messages request: the client's bytes (printed anew only where ambiguous) and where its fields stand. */
export interface MessagesRequest extends Call {
  readonly scanned: ScannedObject;
  /** Whether only the tokens of the prompt are asked for: such a request has no output bound. */
  readonly isCount: boolean;
}

const OUTPUT_TOKENS_MAX = 10_000_000;
const NAME_CHARS_MAX = 64;

const WATCHED: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'max_tokens',
  'stream',
  'tools',
  'service_tier',
  'speed',
]);

/** Only the outside of `messages` is checked here: what is in them is the provider's to judge. */
function checkMessages({ scanned, text }: ScannedBody): void {
  const span = scanned.fields.get('messages');
  if (span === undefined) throw invalid('messages', "Missing required parameter: 'messages'.");
  if (text[span.start] !== '[') throw invalid('messages', "'messages' must be an array.");
  const first = /\S/.exec(text.slice(span.start + 1, span.end))?.[0];
  if (first === ']') throw invalid('messages', "'messages' must have at least one message.");
  if (first !== '{') throw invalid('messages', "'messages' must be an array of objects.");
}

/** Zero asks for nothing but to have the prompt cached. */
function readMaxTokens(value: unknown): number {
  if (value === undefined) {
    throw invalid('max_tokens', "Missing required parameter: 'max_tokens'.");
  }
  if (typeof value === 'number' && Number.isInteger(value)) {
    if (value >= 0 && value <= OUTPUT_TOKENS_MAX) return value;
  }
  throw invalid('max_tokens', `'max_tokens' must be an integer from 0 to ${OUTPUT_TOKENS_MAX}.`);
}

const USUAL_TIERS: ReadonlySet<unknown> = new Set([undefined, 'auto', 'standard_only', 'standard']);

/** What the answer is priced by: the fast mode is a service of its own. */
function readService(scan: ScannedBody): string | undefined {
  const speed = readField(scan, 'speed') ?? 'standard';
  if (speed !== 'standard' && speed !== 'fast') {
    throw invalid('speed', "'speed' must be standard or fast.");
  }
  const tier = readField(scan, 'service_tier');
  if (!USUAL_TIERS.has(tier) && (typeof tier !== 'string' || tier.length > NAME_CHARS_MAX)) {
    throw invalid('service_tier', "'service_tier' must be the name of a service tier.");
  }
  if (speed === 'fast') return speed;
  return USUAL_TIERS.has(tier) ? undefined : (tier as string);
}

function decode(raw: Buffer, isCount: boolean): MessagesRequest {
  const scan = scanRequestBody(raw, WATCHED);
  const { body, scanned, text } = scan;
  const model = readModelName(readField(scan, 'model'));
  const maxTokens = readField(scan, 'max_tokens');
  const maxOutputTokens = isCount ? undefined : readMaxTokens(maxTokens);
  checkMessages(scan);
  return {
    body,
    scanned,
    model,
    isStream: !isCount && readFlag('stream', readField(scan, 'stream')),
    wantsUsage: true,
    maxOutputTokens,
    choices: 1,
    service: readService(scan),
    size: parsing(() => measureInput(body, scanned, text)),
    isCount,
  };
}

/** Reads a messages request. Throws `invalid_json` or `invalid_request` naming the field. */
export function decodeMessages(raw: Buffer): MessagesRequest {
  return decode(raw, false);
}

/** Reads a request to count the tokens of a prompt: the same without `max_tokens` and `stream`. */
export function decodeCountTokens(raw: Buffer): MessagesRequest {
  return decode(raw, true);
}

/** The answer to a request to count tokens. */
export function countTokensBody(tokens: number): object {
  return { input_tokens: tokens };
}
