import { invalid } from '../../kernel/index.ts';
import type { Call, CallPath } from '../dialect.ts';
import { type Form, filesOf } from '../form/form.ts';
import { readService } from '../json/request-body.ts';
import type { ScannedObject } from '../json/scan.ts';
import {
  type RequestFields,
  readBoolean,
  readModel,
  readText,
  readWhole,
  readWord,
  requestFields,
} from '../media/request-fields.ts';
import { NO_MEDIA } from '../whole/whole-call.ts';
import { type ImageKind, imageTokensLikely, imageTokensMax, megapixelsOf } from './image-tokens.ts';

/** The endpoints that make images. */
export type ImageTask = 'generations' | 'edits' | 'variations';

/** How the client wants to get its images; undefined where it does not say. */
export type ImageForm = 'url' | 'b64_json' | undefined;

/** A request for images, in the form of OpenAI. */
export interface ImageCall extends Call {
  readonly task: ImageTask;
  /** Where the fields stand; undefined where the request is a form. */
  readonly scanned: ScannedObject | undefined;
  readonly form: Form | undefined;
  readonly prompt: string;
  readonly images: number;
  readonly megapixels: number;
  readonly wants: ImageForm;
}

const IMAGES_MAX = 4;
const PROMPT_CHARS_MAX = 32_000;
const WORD_CHARS_MAX = 32;
const PARTIALS_MAX = 3;
/** The size of which prices speak where none is asked for. */
const USUAL_SIZE = '1024x1024';

const WATCHED: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'n',
  'size',
  'quality',
  'response_format',
  'stream',
  'partial_images',
  'service_tier',
]);

/** Reads a request for images. Throws `invalid_json` or `invalid_request` naming the field. */
export function decodeImages(
  task: ImageTask,
  raw: Buffer,
  { path, form }: { readonly path: CallPath | undefined; readonly form: Form | undefined },
): ImageCall {
  const fields = requestFields(raw, form, WATCHED);
  const model = readModel(fields, path);
  const prompt = readPrompt(fields, task);
  const sources = form ? filesOf(form, 'image').length : 0;
  if (form && task !== 'generations' && sources === 0) {
    throw invalid('image', "Missing required file: 'image'.");
  }
  const images = readWhole(fields, 'n', { min: 1, max: IMAGES_MAX }) ?? 1;
  const quality = readText(fields, 'quality', WORD_CHARS_MAX)?.toLowerCase();
  const size = readText(fields, 'size', WORD_CHARS_MAX)?.toLowerCase();
  const wants = readWord(fields, 'response_format', ['url', 'b64_json']);
  const isStream = readBoolean(fields, 'stream');
  const partials = readWhole(fields, 'partial_images', { min: 0, max: PARTIALS_MAX }) ?? 0;
  const kind = { quality, megapixels: megapixelsOf(size) };
  return {
    ...{ task, model, prompt, images, wants, isStream, form },
    body: fields.scan?.body ?? raw,
    scanned: fields.scan?.scanned,
    wantsUsage: true,
    choices: images,
    service: readService(fields.read('service_tier')),
    size: { ...NO_MEDIA, textBytes: Buffer.byteLength(prompt), images: sources },
    megapixels: kind.megapixels,
    variant: variantOf(task, quality, size),
    ...amountsOf(kind, images, isStream ? partials : 0),
  };
}

function readPrompt(fields: RequestFields, task: ImageTask): string {
  const prompt = readText(fields, 'prompt', PROMPT_CHARS_MAX) ?? '';
  if (prompt === '' && task !== 'variations') {
    throw invalid('prompt', "Missing required parameter: 'prompt'.");
  }
  return prompt;
}

/** What prices of images vary with, in the order in which the catalog joins it. */
function variantOf(
  task: ImageTask,
  quality: string | undefined,
  size: string | undefined,
): readonly string[] {
  const named = [
    ...(quality === undefined || quality === 'auto' ? [] : [quality]),
    size === undefined || size === 'auto' ? USUAL_SIZE : size,
  ];
  return task === 'generations' ? named : [...named, 'edit'];
}

function amountsOf(
  kind: ImageKind,
  images: number,
  partials: number,
): Required<Pick<Call, 'pieces' | 'mediaTokens'>> & Pick<Call, 'maxOutputTokens'> {
  const pieces = { image: images, megapixel: images * kind.megapixels };
  return {
    maxOutputTokens: imageTokensMax(kind, partials),
    mediaTokens: { outputImage: images * imageTokensLikely(kind, partials) },
    pieces: { max: images, likely: images, by: { max: pieces, likely: pieces } },
  };
}
