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
  readStops,
  scanRequestBody,
} from '../json/request-body.ts';
import type { ScannedObject, Span } from '../json/scan.ts';
import { measureInput } from './input-size.ts';

/** A chat request: the client's bytes (printed anew only where ambiguous) and where its fields stand. */
export interface ChatRequest extends Call {
  readonly scanned: ScannedObject;
}

const CHOICES_MAX = 128;
const OUTPUT_TOKENS_MAX = 10_000_000;

/** As the documents of the platform state them. */
const TEMPERATURE_MAX = 2;
const TOP_P_MAX = 1;
const STOPS_MAX = 4;

const WATCHED: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  'n',
  'tools',
  'service_tier',
  'temperature',
  'top_p',
  'stop',
]);

function readIncludeUsage(value: unknown, isStream: boolean): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalid('stream_options', "'stream_options' must be an object.");
  }
  if (!isStream) {
    throw invalid('stream_options', "'stream_options' is only allowed when 'stream' is true.");
  }
  const flag = (value as { include_usage?: unknown }).include_usage ?? undefined;
  return readFlag('stream_options.include_usage', flag);
}

/** Only the outside of `messages` is checked here: what is in them is the provider's to judge. */
function checkMessages(body: Buffer, span: Span | undefined): void {
  if (span === undefined) throw invalid('messages', "Missing required parameter: 'messages'.");
  if (body[span.start] !== 0x5b) throw invalid('messages', "'messages' must be an array.");
  let at = span.start + 1;
  while (isSpace(body[at])) at++;
  if (body[at] === 0x5d) throw invalid('messages', "'messages' must have at least one message.");
  if (body[at] !== 0x7b) throw invalid('messages', "'messages' must be an array of objects.");
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Reads a chat request. Throws `invalid_json` or `invalid_request` naming the field. */
export function decodeChat(raw: Buffer): ChatRequest {
  const scan = scanRequestBody(raw, WATCHED);
  const { body, scanned, text } = scan;
  const read = (name: string): unknown => readField(scan, name);
  const model = readModelName(read('model'));
  checkMessages(body, scanned.fields.get('messages'));
  const isStream = readFlag('stream', read('stream'));
  const wantsUsage = readIncludeUsage(read('stream_options'), isStream);
  const completion = read('max_completion_tokens');
  const maxCompletion = readCount('max_completion_tokens', completion, OUTPUT_TOKENS_MAX);
  const maxTokens = readCount('max_tokens', read('max_tokens'), OUTPUT_TOKENS_MAX);
  readNumber('temperature', read('temperature'), TEMPERATURE_MAX);
  readNumber('top_p', read('top_p'), TOP_P_MAX);
  readStops('stop', read('stop'), STOPS_MAX);
  return {
    body,
    scanned,
    model,
    isStream,
    wantsUsage,
    maxOutputTokens: boundOf(maxCompletion, maxTokens),
    choices: readCount('n', read('n'), CHOICES_MAX) ?? 1,
    service: readService(read('service_tier')),
    size: parsing(() => measureInput(body, scanned, text)),
  };
}

/** Where both bounds are given, which one a provider obeys is not known: the hold takes the larger. */
function boundOf(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : Math.max(a, b);
}

/**
 * The strings in the messages and tools of a request, as far as a model reads them as text; the whole
 * body where an upstream took what is no JSON inside its strings.
 */
export function textOfRequest({ body }: ChatRequest): string {
  const text = body.toString('utf8');
  try {
    return textOfFields(JSON.parse(text) as Record<string, unknown>);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}

function textOfFields({ messages, tools }: Record<string, unknown>): string {
  const texts: string[] = [];
  for (const message of Array.isArray(messages) ? messages : []) {
    const { role, content, tool_calls: calls } = (message ?? {}) as Record<string, unknown>;
    texts.push(String(role), textOfContent(content), calls ? JSON.stringify(calls) : '');
  }
  if (tools) texts.push(JSON.stringify(tools));
  return texts.join('\n');
}

function textOfContent(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: { text?: unknown }) => (part?.text ? String(part.text) : ''))
    .join('\n');
}
