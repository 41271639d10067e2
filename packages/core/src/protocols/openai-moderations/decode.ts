import { invalid } from '../../kernel/index.ts';
import type { InputSize } from '../dialect.ts';
import {
  parsing,
  readField,
  readModelName,
  type ScannedBody,
  scanRequestBody,
} from '../json/request-body.ts';
import { fieldsOf, parseJson, stringOf, textOf } from '../json/values.ts';
import { NO_MEDIA, NOTHING_GENERATED, type WholeCall } from '../whole/whole-call.ts';

/** The model that OpenAI takes where a request names none. */
const MODEL_DEFAULT = 'omni-moderation-latest';
/** Texts and images in one request. */
const INPUTS_MAX = 2_048;

const WATCHED: ReadonlySet<string> = new Set(['model', 'input']);

/** Reads a request to judge texts or images. Throws `invalid_json` or `invalid_request`. */
export function decodeModeration(raw: Buffer): WholeCall {
  const scan = scanRequestBody(raw, WATCHED);
  const { body, scanned } = scan;
  const model = readModelName(readField(scan, 'model') ?? MODEL_DEFAULT);
  const size = measureInput(scan);
  return { body, scanned, model, ...NOTHING_GENERATED, service: undefined, size };
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
  if (input.length === 0 || input.length > INPUTS_MAX) {
    throw invalid('input', `'input' must have 1 to ${INPUTS_MAX} entries.`);
  }
  return { ...sizeOf(input, body.length), prompts: input.length };
}

function sizeOf(input: readonly unknown[], bytes: number): InputSize {
  let textBytes = bytes;
  let images = 0;
  for (const entry of input) {
    const { type, image_url: image } = fieldsOf(entry);
    if (type !== 'image_url') continue;
    images++;
    textBytes -= textOf(fieldsOf(image).url).length;
  }
  return { ...NO_MEDIA, images, textBytes };
}

/** The texts of a request, for counting: hardly any provider reports a usage here. */
export function textOfModeration({ body }: Pick<WholeCall, 'body'>): string {
  const { input } = fieldsOf(parseJson(body.toString('utf8')));
  if (!Array.isArray(input)) return textOf(input);
  return input.map((entry) => stringOf(entry) ?? textOf(fieldsOf(entry).text)).join('\n');
}
