import { invalid } from '../../kernel/index.ts';
import { exactNumber } from '../json/exact.ts';
import { type Fields, fieldsOf, isFields, listOf, stringOf } from '../json/values.ts';
import { readEffort } from '../neutral/effort.ts';
import type {
  Extra,
  NeutralRequest,
  OutputFormat,
  ReasoningWish,
  Sampling,
} from '../neutral/request.ts';
import { camelCase, field, objectField, present } from './fields.ts';
import { fromOpenApiSchema } from './openapi-schema.ts';

/** What `generationConfig` says in the neutral model, and what is left of it. */
type ReadConfig = Pick<
  NeutralRequest,
  'sampling' | 'output' | 'reasoning' | 'modalities' | 'audio' | 'extras'
>;

/** Fields that are read here or with the call itself; others travel to Gemini only. */
const KNOWN: ReadonlySet<string> = new Set([
  ...['temperature', 'topP', 'topK', 'seed', 'presencePenalty', 'frequencyPenalty'],
  ...['stopSequences', 'responseLogprobs', 'logprobs', 'maxOutputTokens', 'candidateCount'],
  ...['thinkingConfig', 'responseModalities'],
]);

const OUTPUT_FIELDS = [
  'responseMimeType',
  'responseSchema',
  'responseJsonSchema',
  'responseFormat',
] as const;

/** Reads `generationConfig`. Throws `invalid_request` naming the field. */
export function readConfig(config: Fields): ReadConfig {
  const output = readOutput(config);
  const audio = readVoice(field(config, 'speechConfig'));
  const isRead = (name: string): boolean =>
    KNOWN.has(name) ||
    (output !== 'unknown' && OUTPUT_FIELDS.some((each) => each === name)) ||
    (audio !== undefined && name === 'speechConfig');
  return {
    sampling: readSampling(config),
    ...present({
      output: output === 'unknown' ? undefined : output,
      reasoning: readThinking(objectField(config, 'thinkingConfig')),
      modalities: readModalities(field(config, 'responseModalities')),
      audio,
    }),
    extras: extrasOf(config, 'generationConfig.', isRead),
  };
}

/** The fields that nobody read, by their places in the body; an empty list says the same as none. */
export function extrasOf(
  object: Fields,
  prefix: string,
  isRead: (name: string) => boolean,
): readonly Extra[] {
  return Object.entries(object).flatMap(([name, value]) => {
    const known = camelCase(name);
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0);
    if (isRead(known) || isEmpty) return [];
    return [{ origin: 'gemini' as const, field: `${prefix}${known}`, value }];
  });
}

function readNumber(config: Fields, name: string): number | undefined {
  const value = field(config, name);
  if (value === undefined) return undefined;
  const number = exactNumber(value);
  if (number === undefined) {
    throw invalid(`generationConfig.${name}`, `'generationConfig.${name}' must be a number.`);
  }
  return number;
}

function readSampling(config: Fields): Sampling {
  const stop = field(config, 'stopSequences') ?? [];
  if (!Array.isArray(stop) || stop.some((each) => typeof each !== 'string')) {
    const name = 'generationConfig.stopSequences';
    throw invalid(name, `'${name}' must be an array of strings.`);
  }
  return present({
    temperature: readNumber(config, 'temperature'),
    topP: readNumber(config, 'topP'),
    topK: readNumber(config, 'topK'),
    seed: readNumber(config, 'seed'),
    presencePenalty: readNumber(config, 'presencePenalty'),
    frequencyPenalty: readNumber(config, 'frequencyPenalty'),
    stop: stop.length === 0 ? undefined : (stop as readonly string[]),
    logprobs: field(config, 'responseLogprobs') === true ? true : undefined,
    topLogprobs: readNumber(config, 'logprobs'),
  });
}

const OUTPUT_NAME = 'response';
const NAME = /^[\w-]{1,64}$/;

/** The form of the answer; `unknown` for one that others have no word for, e.g. an enumeration. */
function readOutput(config: Fields): OutputFormat | 'unknown' | undefined {
  const formats = field(config, 'responseFormat');
  if (formats !== undefined) return readFormats(listOf(formats));
  const json = field(config, 'responseJsonSchema');
  const openApi = field(config, 'responseSchema');
  const converted = isFields(openApi) ? fromOpenApiSchema(openApi) : undefined;
  return outputOf(field(config, 'responseMimeType'), isFields(json) ? json : converted);
}

/** The newer way of saying it: one entry per modality. */
function readFormats(formats: readonly unknown[]): OutputFormat | 'unknown' | undefined {
  const [format] = formats;
  const text = field(fieldsOf(format), 'text');
  if (formats.length !== 1 || !isFields(text) || Object.keys(fieldsOf(format)).length !== 1) {
    return 'unknown';
  }
  return outputOf(field(text, 'mimeType'), isFields(text.schema) ? text.schema : undefined);
}

function outputOf(
  mimeType: unknown,
  schema: Fields | undefined,
): OutputFormat | 'unknown' | undefined {
  const type = stringOf(mimeType)?.toLowerCase().replace('_', '/');
  if (type === undefined && schema === undefined) return undefined;
  if (type === 'text/plain' && schema === undefined) return { type: 'text' };
  if (type !== undefined && type !== 'application/json') return 'unknown';
  if (schema === undefined) return { type: 'json' };
  const title = stringOf(schema.title);
  const name = title !== undefined && NAME.test(title) ? title : OUTPUT_NAME;
  return { type: 'schema', name, schema };
}

function readThinking(config: Fields): ReasoningWish | undefined {
  const level = stringOf(field(config, 'thinkingLevel'))?.toLowerCase();
  const shown = field(config, 'includeThoughts');
  const wish = present({
    effort: readEffort(level),
    budget: exactNumber(field(config, 'thinkingBudget')),
    isShown: typeof shown === 'boolean' ? shown : undefined,
  });
  return Object.keys(wish).length === 0 ? undefined : wish;
}

function readModalities(value: unknown): readonly string[] | undefined {
  const names = listOf(value).flatMap((name) => stringOf(name)?.toLowerCase() ?? []);
  return names.length === 0 ? undefined : names;
}

/** The voice of a spoken answer, which is raw PCM here; undefined for more than one plain voice. */
function readVoice(value: unknown): NeutralRequest['audio'] {
  const speech = fieldsOf(value);
  const voice = objectField(speech, 'voiceConfig');
  const name = field(objectField(voice, 'prebuiltVoiceConfig'), 'voiceName');
  const isPlain = Object.keys(speech).length === 1 && Object.keys(voice).length === 1;
  return isPlain && typeof name === 'string' ? { voice: name, format: 'pcm16' } : undefined;
}
