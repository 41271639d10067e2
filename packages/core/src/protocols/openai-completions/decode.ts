import { invalid } from '../../kernel/index.ts';
import type { InputSize } from '../dialect.ts';
import {
  parsing,
  readCount,
  readField,
  readFlag,
  readModelName,
  readService,
  type ScannedBody,
  scanRequestBody,
} from '../json/request-body.ts';
import { fieldsOf, parseJson, textOf } from '../json/values.ts';
import { NO_MEDIA, type WholeCall } from '../whole/whole-call.ts';

/** A request to go on with a text. */
export type CompletionsCall = WholeCall;

const CHOICES_MAX = 128;
const PROMPTS_MAX = 2_048;
const OUTPUT_TOKENS_MAX = 10_000_000;

const WATCHED: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'stream',
  'stream_options',
  'max_tokens',
  'n',
  'best_of',
  'service_tier',
]);

/** Reads a legacy completion request. Throws `invalid_json` or `invalid_request` naming the field. */
export function decodeCompletions(raw: Buffer): CompletionsCall {
  const scan = scanRequestBody(raw, WATCHED);
  const { body, scanned } = scan;
  const model = readModelName(readField(scan, 'model'));
  const isStream = readFlag('stream', readField(scan, 'stream'));
  const size = measurePrompt(scan);
  return {
    body,
    scanned,
    model,
    isStream,
    wantsUsage: readIncludeUsage(readField(scan, 'stream_options'), isStream),
    maxOutputTokens: readBound(readField(scan, 'max_tokens')),
    choices: choicesOf(scan) * (size.prompts ?? 1),
    service: readService(readField(scan, 'service_tier')),
    size,
  };
}

/** Answers that are generated for each prompt; the best of them are shown, all are charged. */
function choicesOf(scan: ScannedBody): number {
  const shown = readCount('n', readField(scan, 'n'), CHOICES_MAX) ?? 1;
  const made = readCount('best_of', readField(scan, 'best_of'), CHOICES_MAX) ?? 1;
  return Math.max(shown, made);
}

/** 0 is a bound here: with `echo` the prompt alone comes back, with its probabilities. */
function readBound(value: unknown): number | undefined {
  return value === 0 ? 0 : readCount('max_tokens', value, OUTPUT_TOKENS_MAX);
}

function readIncludeUsage(value: unknown, isStream: boolean): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalid('stream_options', "'stream_options' must be an object.");
  }
  if (!isStream) {
    throw invalid('stream_options', "'stream_options' is only allowed when 'stream' is true.");
  }
  const flag = fieldsOf(value).include_usage ?? undefined;
  return readFlag('stream_options.include_usage', flag);
}

/** Without a prompt a model begins a new text. */
function measurePrompt({ body, scanned, text }: ScannedBody): InputSize {
  const one = { ...NO_MEDIA, textBytes: body.length };
  const span = scanned.fields.get('prompt');
  const opening = span && text[span.start];
  if (span === undefined || opening === '"' || opening === 'n') return one;
  const prompt = parsing(() => JSON.parse(body.toString('utf8', span.start, span.end)) as unknown);
  if (!Array.isArray(prompt)) throw invalid('prompt', "'prompt' must be a string or an array.");
  if (prompt.length === 0) throw invalid('prompt', "'prompt' must not be empty.");
  // One list of tokens is one prompt.
  if (typeof prompt[0] === 'number') return one;
  if (prompt.length > PROMPTS_MAX) {
    throw invalid('prompt', `'prompt' must have at most ${PROMPTS_MAX} entries.`);
  }
  return { ...one, prompts: prompt.length };
}

/** A word of one token in every tokenizer: it stands for tokens that are given as numbers. */
const ONE_TOKEN = ' the';

/** The prompts of a request, for counting where no usage came. */
export function textOfPrompts({ body }: Pick<CompletionsCall, 'body'>): string {
  const { prompt } = fieldsOf(parseJson(body.toString('utf8')));
  if (!Array.isArray(prompt)) return textOf(prompt);
  if (typeof prompt[0] === 'number') return ONE_TOKEN.repeat(prompt.length);
  return prompt
    .map((each) => (Array.isArray(each) ? ONE_TOKEN.repeat(each.length) : textOf(each)))
    .join('\n');
}
