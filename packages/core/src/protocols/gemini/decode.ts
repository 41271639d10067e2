import { invalid } from '../../kernel/index.ts';
import type { Call, CallPath } from '../dialect.ts';
import {
  parsing,
  readCount,
  readField,
  readModelName,
  type ScannedBody,
  scanRequestBody,
} from '../json/request-body.ts';
import { type ScannedObject, type Span, scanText } from '../json/scan.ts';
import { type Fields, fieldsOf, isFields } from '../json/values.ts';
import { camelCase, snakeCase } from './fields.ts';
import { measureInput } from './input-size.ts';

/** A `generateContent` request: the client's bytes and where its fields stand. */
export interface GeminiRequest extends Call {
  readonly scanned: ScannedObject;
  /** The fields of `generationConfig`, at their places in the whole body; undefined where there is none. */
  readonly config: ScannedObject | undefined;
}

const OUTPUT_TOKENS_MAX = 10_000_000;
const CHOICES_MAX = 128;
const SERVICE_LENGTH_MAX = 64;

function bothSpellings(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.flatMap((name) => [name, snakeCase(name)]));
}

const WATCHED = bothSpellings([
  'contents',
  'model',
  'systemInstruction',
  'tools',
  'toolConfig',
  'generationConfig',
  'serviceTier',
]);

const CONFIG_WATCHED = bothSpellings(['maxOutputTokens', 'candidateCount']);

/** Where a field stands under either of its names. */
export function spanOf({ fields }: ScannedObject, name: string): Span | undefined {
  return fields.get(name) ?? fields.get(snakeCase(name));
}

/** Whether a field stands there under both of its names, so that two readers may take another one. */
function isSpeltTwice({ fields }: ScannedObject): boolean {
  return [...fields.keys()].some((name) => name.includes('_') && fields.has(camelCase(name)));
}

interface Scan extends ScannedBody {
  readonly config: ScannedObject | undefined;
}

/**
 * The body may name the model too, which the path has settled; Google takes both spellings of a field.
 * Where two readers might see different values, the body is printed anew with one of them.
 */
function scanBody(raw: Buffer): Scan {
  const scan = scanRequestBody(raw, WATCHED);
  const config = scanConfig(scan);
  const isClear = !isSpeltTwice(scan.scanned) && !scan.scanned.fields.has('model');
  if (isClear && !(config && (config.isAmbiguous || isSpeltTwice(config)))) {
    return { ...scan, config };
  }
  const value = parsing(() => JSON.parse(scan.body.toString('utf8')) as Fields);
  const again = scanRequestBody(Buffer.from(JSON.stringify(inOneSpelling(value))), WATCHED);
  return { ...again, config: scanConfig(again) };
}

function scanConfig({ scanned, text }: ScannedBody): ScannedObject | undefined {
  const span = spanOf(scanned, 'generationConfig');
  if (!span || text.startsWith('null', span.start)) return undefined;
  if (text[span.start] !== '{') {
    throw invalid('generationConfig', "'generationConfig' must be an object.");
  }
  const config = scanText(text.slice(span.start, span.end), CONFIG_WATCHED);
  const fields = new Map<string, Span>();
  for (const [name, { start, end }] of config.fields) {
    fields.set(name, { start: start + span.start, end: end + span.start });
  }
  return { ...config, inside: config.inside + span.start, fields };
}

function inOneSpelling(body: Fields): Fields {
  const { model: _, ...rest } = withoutTwins(body, WATCHED);
  const config = rest.generationConfig ?? rest.generation_config;
  if (!isFields(config)) return rest;
  const { generation_config: __, ...others } = rest;
  return { ...others, generationConfig: withoutTwins(config, CONFIG_WATCHED) };
}

/** The object without the fields that stand there under their other name too. */
function withoutTwins(object: Fields, watched: ReadonlySet<string>): Fields {
  const kept = Object.entries(object).filter(([name]) => {
    const other = camelCase(name);
    return !watched.has(name) || other === name || object[other] === undefined;
  });
  return Object.fromEntries(kept);
}

/** Only the outside of `contents` is checked here: what is in them is the provider's to judge. */
function checkContents({ scanned, text }: ScannedBody): void {
  const span = scanned.fields.get('contents');
  if (span === undefined) throw invalid('contents', "Missing required field: 'contents'.");
  const inside = text.slice(span.start, span.end);
  if (!inside.startsWith('[')) throw invalid('contents', "'contents' must be an array.");
  if (/^\[\s*\]/.test(inside)) throw invalid('contents', "'contents' must not be empty.");
  if (!/^\[\s*\{/.test(inside))
    throw invalid('contents', "'contents' must be an array of objects.");
}

/** Google's parsers take an integer as text too. */
function readInteger(scan: Scan, name: string, max: number): number | undefined {
  const span = scan.config && spanOf(scan.config, name);
  if (!span) return undefined;
  const value = parsing(() => JSON.parse(scan.text.slice(span.start, span.end)) as unknown);
  const number = typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : value;
  return readCount(`generationConfig.${name}`, number ?? undefined, max);
}

const USUAL_SERVICES: ReadonlySet<string> = new Set(['auto', 'default', 'standard', 'unspecified']);

/** The service tier in lower case; undefined for the usual one. Throws `invalid_request`. */
export function readServiceTier(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value.length > SERVICE_LENGTH_MAX) {
    throw invalid('serviceTier', "'serviceTier' must be the name of a service tier.");
  }
  const tier = value.toLowerCase();
  return USUAL_SERVICES.has(tier) ? undefined : tier;
}

const MODEL_PREFIX = 'models/';

/** The model's name in a path, without the collection that it stands in. Throws `invalid_request`. */
export function modelOfPath({ model }: CallPath): string {
  return readModelName(model?.startsWith(MODEL_PREFIX) ? model.slice(MODEL_PREFIX.length) : model);
}

/**
 * Reads a `generateContent` request; model and stream are in its path. Throws `invalid_json` or
 * `invalid_request` naming the field.
 */
export function decodeGemini(raw: Buffer, path: CallPath = {}): GeminiRequest {
  const model = modelOfPath(path);
  const scan = scanBody(raw);
  checkContents(scan);
  const { body, scanned, config, text } = scan;
  const tier = readField(scan, 'serviceTier') ?? readField(scan, 'service_tier');
  return {
    body,
    scanned,
    config,
    model,
    isStream: path.isStream === true,
    wantsUsage: true,
    maxOutputTokens: readInteger(scan, 'maxOutputTokens', OUTPUT_TOKENS_MAX),
    choices: readInteger(scan, 'candidateCount', CHOICES_MAX) ?? 1,
    service: readServiceTier(tier),
    size: parsing(() => measureInput(body, scanned, text)),
  };
}

/** The body of a request as its fields. Throws `invalid_json`. */
export function fieldsOfBody(body: Buffer, parse: (text: string) => unknown = JSON.parse): Fields {
  return fieldsOf(parsing(() => parse(body.toString('utf8'))));
}
