import type { ClientDialect } from '../dialect.ts';
import { decodeImages, type ImageCall, type ImageTask } from './decode.ts';

export type { ImageCall, ImageTask } from './decode.ts';
export { geminiImages } from './gemini-images.ts';
export { imagePassage } from './passage.ts';
export { vertexImages } from './vertex-images.ts';

/** How clients of one of OpenAI's image endpoints speak. */
export function createImageDialect(task: ImageTask): ClientDialect<ImageCall> {
  return {
    name: `openai-images-${task}`,
    decode: (raw, path, form) => decodeImages(task, raw, { path, form }),
    textOfRequest: ({ prompt }) => prompt,
    textOfAnswer: () => '',
    errorEvent: (body) => Buffer.from(`data: ${JSON.stringify(body)}\n\n`),
  };
}
