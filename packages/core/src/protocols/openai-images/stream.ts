import type { StreamTap } from '../dialect.ts';
import { EventTap, errorOf, type MediaEvent } from '../media/event-tap.ts';
import { readMediaUsage } from '../media/token-usage.ts';
import { imagePieces } from './answer.ts';
import type { ImageCall } from './decode.ts';

/** The previews and images of a stream pass; its last image waits for the commit. */
export function openImageStream(call: ImageCall): StreamTap {
  let images = 0;
  return new EventTap({
    finals: call.images,
    read(event): MediaEvent {
      const error = errorOf(event);
      if (error !== undefined) return { error };
      const { type, usage } = event;
      if (typeof type !== 'string' || !type.endsWith('.completed')) return {};
      images++;
      return { isFinal: true, usage: readMediaUsage(usage, 'image', imagePieces(images, call)) };
    },
  });
}
