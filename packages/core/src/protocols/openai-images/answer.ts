import type { Pieces, WholeAnswer } from '../dialect.ts';
import { fieldsOf, listOf } from '../json/values.ts';
import { readMediaUsage } from '../media/token-usage.ts';
import { reading } from '../whole/passed-answer.ts';
import type { ImageCall } from './decode.ts';

/** What so many images of a request are by the piece. */
export function imagePieces(images: number, { images: asked, megapixels }: ImageCall): Pieces {
  const image = Math.min(images, asked);
  return { image, megapixel: image * megapixels };
}

/** Reads a whole answer, which goes on as it came. Undefined when the bytes are none. */
export function readImages(body: Buffer, call: ImageCall): WholeAnswer | undefined {
  return reading(() => {
    const { data, usage } = fieldsOf(JSON.parse(body.toString('utf8')));
    if (!Array.isArray(data)) return undefined;
    const images = listOf(data).length;
    return { body, usage: readMediaUsage(usage, 'image', imagePieces(images, call)) };
  });
}
