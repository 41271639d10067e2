import { fieldsOf, listOf, textOf } from '../json/values.ts';
import { base64Bytes } from './audio-format.ts';

/** What an item adds to what the model reads. */
export interface ItemSize {
  /** Bytes of its JSON without media. */
  readonly textBytes: number;
  readonly audioSeconds: number;
  readonly images: number;
}

export const NO_SIZE: ItemSize = { textBytes: 0, audioSeconds: 0, images: 0 };

/** The size of items whose JSON has so many bytes, at so many bytes per second of audio. */
export function sizeOfItems(
  items: readonly unknown[],
  { jsonBytes, bytesPerSecond }: { readonly jsonBytes: number; readonly bytesPerSecond: number },
): ItemSize {
  let mediaChars = 0;
  let audioChars = 0;
  let images = 0;
  for (const part of items.flatMap((item) => listOf(fieldsOf(item).content))) {
    const { type, audio, image_url } = fieldsOf(part);
    const heard = textOf(audio).length;
    const seen = textOf(image_url).length;
    if (type === 'input_image' || seen > 0) images++;
    audioChars += heard;
    mediaChars += heard + seen;
  }
  return {
    textBytes: Math.max(0, jsonBytes - mediaChars),
    audioSeconds: base64Bytes(audioChars) / bytesPerSecond,
    images,
  };
}

/** Both together. */
export function addSizes(one: ItemSize, other: ItemSize): ItemSize {
  return {
    textBytes: one.textBytes + other.textBytes,
    audioSeconds: one.audioSeconds + other.audioSeconds,
    images: one.images + other.images,
  };
}
