import { geminiUpstream } from '../gemini/index.ts';
import { fieldsOf, listOf, stringOf } from '../json/values.ts';
import { TapByType } from '../media/tap-by-type.ts';
import { type WholeReading, WholeTap } from '../media/whole-tap.ts';
import type { Relay } from '../relay/index.ts';
import { reading } from '../whole/passed-answer.ts';
import { aspectRatioOf } from './aspect-ratio.ts';
import type { ImageCall } from './decode.ts';
import { completedEvent, lossesOf, type MadeImages, usageOf, writeImages } from './translated.ts';

const RATIOS = ['1:1', '3:4', '4:3', '9:16', '16:9'];
const FORMATS: ReadonlyMap<string, string> = new Map([
  ['png', 'image/png'],
  ['jpeg', 'image/jpeg'],
]);

/** Imagen at Vertex AI, which is asked for predictions. */
export const vertexImages: Relay<ImageCall> = {
  name: 'images-to-vertex',
  writeRequest(call, _target) {
    const { output_format: format } = fieldsOf(JSON.parse(call.body.toString('utf8')));
    const mimeType = typeof format === 'string' ? FORMATS.get(format) : undefined;
    const size = call.variant?.find((word) => aspectRatioOf(word) !== undefined) ?? '';
    const ratio = aspectRatioOf(size, RATIOS);
    const parameters = {
      sampleCount: call.images,
      ...(ratio !== undefined && { aspectRatio: ratio }),
      ...(mimeType !== undefined && { outputOptions: { mimeType } }),
    };
    const body = { instances: [{ prompt: call.prompt }], parameters };
    const carried = mimeType === undefined ? [] : ['output_format'];
    return { body: Buffer.from(JSON.stringify(body)), losses: lossesOf(call, carried) };
  },
  readWhole: (body, call, view) =>
    reading(() => {
      return writeImages(madeOf(body), call, view);
    }),
  openStream(call, view) {
    const read = (body: Buffer): WholeReading | undefined =>
      reading(() => {
        const made = madeOf(body);
        return { bytes: completedEvent(made, call, view), usage: usageOf(made, call) };
      });
    return new TapByType((type) =>
      JSON_TYPE.test(type) ? new WholeTap(undefined, read) : undefined,
    );
  },
  readError: (body) => geminiUpstream.readError(body),
};

const JSON_TYPE = /^application\/json\b/;

/** A prompt of which nothing may be drawn is answered with an object that has no predictions. */
function madeOf(body: Buffer): MadeImages {
  const { predictions } = fieldsOf(JSON.parse(body.toString('utf8')));
  const images = listOf(predictions).flatMap((prediction) => {
    const { bytesBase64Encoded: data, mimeType } = fieldsOf(prediction);
    return typeof data === 'string' ? [{ data, mimeType: stringOf(mimeType) }] : [];
  });
  return { images, usage: undefined };
}
