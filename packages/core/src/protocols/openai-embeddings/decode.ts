import { invalid } from '../../kernel/index.ts';
import type { InputSize } from '../dialect.ts';
import {
  parsing,
  readCount,
  readField,
  readModelName,
  readService,
  type ScannedBody,
  scanRequestBody,
} from '../json/request-body.ts';
import { type Fields, isFields } from '../json/values.ts';
import { NO_MEDIA, NOTHING_GENERATED, type WholeCall } from '../whole/whole-call.ts';
import type { VectorEncoding } from './vectors.ts';

/** A request for vectors, in the form of OpenAI. */
export interface EmbeddingsCall extends WholeCall {
  readonly encoding: VectorEncoding;
  /** Texts, or lists of tokens, to embed. */
  readonly inputs: number;
}

/** Texts in one request. */
const INPUTS_MAX = 2_048;
const DIMENSIONS_MAX = 65_536;

const WATCHED: ReadonlySet<string> = new Set([
  'model',
  'input',
  'encoding_format',
  'dimensions',
  'service_tier',
]);

/** Reads a request for vectors. Throws `invalid_json` or `invalid_request` naming the field. */
export function decodeEmbeddings(raw: Buffer): EmbeddingsCall {
  const scan = scanRequestBody(raw, WATCHED);
  const { body, scanned } = scan;
  const model = readModelName(readField(scan, 'model'));
  const encoding = readEncoding(readField(scan, 'encoding_format'));
  readCount('dimensions', readField(scan, 'dimensions'), DIMENSIONS_MAX);
  const service = readService(readField(scan, 'service_tier'));
  const size = measureInput(scan);
  const inputs = size.prompts ?? 1;
  return { body, scanned, model, encoding, inputs, ...NOTHING_GENERATED, service, size };
}

function readEncoding(value: unknown): VectorEncoding {
  if (value === undefined || value === 'float') return 'float';
  if (value === 'base64') return value;
  throw invalid('encoding_format', "'encoding_format' must be 'float' or 'base64'.");
}

function measureInput({ body, scanned, text }: ScannedBody): InputSize {
  const span = scanned.fields.get('input');
  const opening = span && text[span.start];
  if (opening === '"') return { ...NO_MEDIA, textBytes: body.length };
  if (span === undefined || opening === 'n') {
    throw invalid('input', "Missing required parameter: 'input'.");
  }
  const input = parsing(() => JSON.parse(body.toString('utf8', span.start, span.end)) as unknown);
  if (!Array.isArray(input)) throw invalid('input', "'input' must be a string or an array.");
  if (input.length === 0) throw invalid('input', "'input' must not be empty.");
  // One list of tokens is one text.
  if (typeof input[0] === 'number') return { ...NO_MEDIA, textBytes: body.length };
  if (input.length > INPUTS_MAX) {
    throw invalid('input', `'input' must have at most ${INPUTS_MAX} entries.`);
  }
  return { ...sizeOf(input, body.length), prompts: input.length };
}

/** Some models embed images besides texts; their data is no text. */
function sizeOf(input: readonly unknown[], bytes: number): InputSize {
  let textBytes = bytes;
  let images = 0;
  for (const entry of input) {
    if (!isFields(entry)) continue;
    const data = imageLength(entry);
    if (data === undefined) continue;
    images++;
    textBytes -= data;
  }
  return { ...NO_MEDIA, images, textBytes };
}

const IMAGE_FIELDS = ['image', 'image_url', 'bytes', 'url'] as const;

function imageLength(entry: Fields): number | undefined {
  const field = IMAGE_FIELDS.find((name) => entry[name] !== undefined);
  if (field === undefined) return undefined;
  const value = entry[field];
  return typeof value === 'string' ? value.length : 0;
}
