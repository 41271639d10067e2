import type { ReadUsage, WholeAnswer } from '../dialect.ts';
import { type Fields, fieldsOf } from '../json/values.ts';
import { inputTokens, NO_USAGE, outputTokens } from '../neutral/usage.ts';
import type { AnswerView, NamedLoss } from '../relay/index.ts';
import { imagePieces } from './answer.ts';
import type { ImageCall } from './decode.ts';

/** What an upstream with another API made of a request. */
export interface MadeImages {
  /** Base64, and its media type where it is told. */
  readonly images: readonly { readonly data: string; readonly mimeType: string | undefined }[];
  /** Undefined where the upstream counts no tokens. */
  readonly usage: ReadUsage | undefined;
}

/** Fields that such upstreams have under other names, or that change nothing of the answer. */
const CARRIED = [
  'model',
  'prompt',
  'n',
  'size',
  'response_format',
  'stream',
  'partial_images',
  'user',
];
/** Values that ask for what every model does by itself. */
const USUAL: ReadonlyMap<string, readonly unknown[]> = new Map([
  ['quality', ['auto', 'standard']],
  ['background', ['auto', 'opaque']],
  ['moderation', ['auto']],
  ['output_format', ['png']],
  ['style', ['natural']],
]);

/** What of a request has nothing like it at upstreams that take a prompt and a shape. */
export function lossesOf({ body }: ImageCall, carried: readonly string[] = []): NamedLoss[] {
  const given = Object.entries(fieldsOf(JSON.parse(body.toString('utf8'))));
  return given
    .filter(([name, value]) => {
      if (value === null || CARRIED.includes(name) || carried.includes(name)) return false;
      return !USUAL.get(name)?.includes(value);
    })
    .map(([field]) => ({ field, reason: 'the API of this model has nothing like it' }));
}

/** A whole answer in the form of OpenAI. */
export function writeImages(made: MadeImages, call: ImageCall, view: AnswerView): WholeAnswer {
  const { images, usage } = made;
  const body = {
    created: view.createdAt,
    data: images.map(({ data }) => ({ b64_json: data })),
    ...shape(call, images[0]?.mimeType),
    ...(usage && { usage: wireUsage(usage) }),
  };
  return { body: Buffer.from(JSON.stringify(body)), usage: usageOf(made, call) };
}

/** The event that ends a stream with an image. */
export function completedEvent(made: MadeImages, call: ImageCall, view: AnswerView): Buffer {
  const events = made.images.map(({ data, mimeType }) => {
    const event = {
      type: 'image_generation.completed',
      b64_json: data,
      created_at: view.createdAt,
      ...shape(call, mimeType),
      background: 'opaque',
      quality: 'auto',
      ...(made.usage && { usage: wireUsage(made.usage) }),
    };
    return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
  });
  return Buffer.from(events.join(''));
}

/** The usage of what was made, with its pieces. */
export function usageOf({ images, usage }: MadeImages, call: ImageCall): ReadUsage {
  const pieces = imagePieces(images.length, call);
  return { usage: usage?.usage ?? NO_USAGE, isSuspicious: usage?.isSuspicious ?? false, pieces };
}

function shape({ variant }: ImageCall, mimeType: string | undefined): Fields {
  const size = variant?.find((word) => /^\d+x\d+$/.test(word));
  const format = mimeType?.replace(/^image\//, '');
  return { ...(format && { output_format: format }), ...(size && { size }) };
}

function wireUsage({ usage }: ReadUsage): Fields {
  const [input, output] = [inputTokens(usage), outputTokens(usage)];
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: input + output,
    input_tokens_details: {
      text_tokens: input - usage.inputImage,
      image_tokens: usage.inputImage,
    },
    output_tokens_details: {
      text_tokens: output - usage.outputImage,
      image_tokens: usage.outputImage,
    },
  };
}
