import { BrokenStream, type ReadUsage, type StreamTap } from '../dialect.ts';
import { geminiUpstream } from '../gemini/index.ts';
import { readGeminiUsage } from '../gemini/usage.ts';
import { type Fields, fieldsOf, listOf, parseJson, stringOf } from '../json/values.ts';
import type { AnswerView, NamedLoss, Relay } from '../relay/index.ts';
import { DataReader } from '../sse/data-reader.ts';
import { reading } from '../whole/passed-answer.ts';
import { aspectRatioOf, longEdgeOf } from './aspect-ratio.ts';
import type { ImageCall } from './decode.ts';
import { completedEvent, lossesOf, type MadeImages, usageOf, writeImages } from './translated.ts';

/** Longest edges, in pixels, of the sizes that have a name there. */
const SIZES: readonly (readonly [name: string, edgeMax: number])[] = [
  ['1K', 1_792],
  ['2K', 3_072],
  ['4K', Number.POSITIVE_INFINITY],
];

/** Gemini's models that draw, asked by its own API, which counts their tokens. */
export const geminiImages: Relay<ImageCall> = {
  name: 'images-to-gemini',
  writeRequest(call, _target) {
    const body = {
      contents: [{ role: 'user', parts: [{ text: call.prompt }] }],
      generationConfig: { responseModalities: ['IMAGE'], ...shapeOf(call) },
    };
    return {
      body: Buffer.from(JSON.stringify(body)),
      losses: [...lossesOf(call), ...several(call)],
    };
  },
  readWhole: (body, call, view) =>
    reading(() => {
      const answer = fieldsOf(JSON.parse(body.toString('utf8')));
      if (answer.candidates === undefined && answer.promptFeedback === undefined) return undefined;
      return writeImages(madeOf(answer), call, view);
    }),
  openStream: (call, view) => new GeminiImageTap(call, view),
  readError: (body) => geminiUpstream.readError(body),
};

function shapeOf({ variant = [] }: ImageCall): Fields {
  const size = variant.find((word) => longEdgeOf(word) !== undefined) ?? '';
  const ratio = aspectRatioOf(size);
  const edge = longEdgeOf(size) ?? 0;
  const name = SIZES.find(([, edgeMax]) => edge <= edgeMax)?.[0];
  if (ratio === undefined) return {};
  // The smallest size is not named: not every model knows the field.
  return { imageConfig: { aspectRatio: ratio, ...(name !== '1K' && { imageSize: name }) } };
}

function several({ images }: ImageCall): NamedLoss[] {
  return images > 1 ? [{ field: 'n', reason: 'this model makes one image at a time' }] : [];
}

/** The images and the usage of an answer, or of one event of it. */
function madeOf(answer: Fields): MadeImages {
  const parts = listOf(answer.candidates).flatMap((candidate) =>
    listOf(fieldsOf(fieldsOf(candidate).content).parts),
  );
  const images = parts.flatMap((part) => {
    const { inlineData, thought } = fieldsOf(part);
    const { data, mimeType } = fieldsOf(inlineData);
    // Sketches on the way to the image are thoughts.
    if (typeof data !== 'string' || thought === true) return [];
    return [{ data, mimeType: stringOf(mimeType) }];
  });
  return { images, usage: readGeminiUsage(answer.usageMetadata) };
}

/** Collects a streamed answer: there are no previews, so that all of it is its last event. */
class GeminiImageTap implements StreamTap {
  readonly #call: ImageCall;
  readonly #view: AnswerView;
  readonly #reader = new DataReader((data) => this.#take(data));
  #images: MadeImages['images'] = [];
  #told: ReadUsage | undefined;
  readonly isCommitted = false;
  isDone = false;
  error: unknown;
  readonly tokensLikely = 0;

  constructor(call: ImageCall, view: AnswerView) {
    this.#call = call;
    this.#view = view;
  }

  get isComplete(): boolean {
    return this.isDone && this.error === undefined;
  }

  get usage(): ReadUsage {
    return usageOf(this.#made, this.#call);
  }

  push(chunk: Buffer): undefined {
    this.#reader.push(chunk);
  }

  end(): undefined {
    this.#reader.end();
    this.isDone = this.#images.length > 0;
  }

  takeTail(): Buffer {
    return completedEvent(this.#made, this.#call, this.#view);
  }

  generated(): { text: string; factor: number } {
    return { text: '', factor: 1 };
  }

  endForLength(): Buffer {
    return this.takeTail();
  }

  get #made(): MadeImages {
    return { images: this.#images, usage: this.#told };
  }

  #take(data: string): void {
    const event = parseJson(data);
    if (event === undefined) throw new BrokenStream('An event is no JSON.');
    const fields = fieldsOf(event);
    this.error ??= fields.error;
    const { images, usage } = madeOf(fields);
    this.#images = [...this.#images, ...images];
    this.#told = usage ?? this.#told;
  }
}
