import type { Form } from '../../protocols/index.ts';
import { type Fields, noSuchModel, parseFields } from './fields.ts';
import { editImages, generateImages, varyImage } from './images.ts';
import { WireRefusal } from './refusal.ts';
import { speak } from './speech.ts';
import { transcribe, translate } from './transcript.ts';

/** A request for what is seen or heard, as it arrives. */
export interface MediaRequest {
  readonly body: Buffer;
  readonly form: Form | undefined;
  /** Seconds since 1970. */
  readonly created: number;
}

/** The same, taken apart. */
export interface MediaAsk extends Pick<MediaRequest, 'form' | 'created'> {
  readonly fields: Fields;
}

/** An answer that leaves piece by piece, each made when it is due. */
export interface MediaAnswer {
  readonly contentType: string;
  readonly pieces: Iterable<Buffer>;
}

type Answer = (ask: MediaAsk) => MediaAnswer | WireRefusal;

/** Answers that are seen, heard or read from what is heard, by path. */
export const MEDIA: ReadonlyMap<string, { readonly model: string; readonly answer: Answer }> =
  new Map([
    ['/v1/images/generations', { model: 'sandbox-image', answer: generateImages }],
    ['/v1/images/edits', { model: 'sandbox-image', answer: editImages }],
    ['/v1/images/variations', { model: 'sandbox-image', answer: varyImage }],
    ['/v1/audio/speech', { model: 'sandbox-speech', answer: speak }],
    ['/v1/audio/transcriptions', { model: 'sandbox-transcribe', answer: transcribe }],
    ['/v1/audio/translations', { model: 'sandbox-transcribe', answer: translate }],
  ]);

/** The answer to a request at one of these paths. */
export function answerMedia(
  path: string,
  { body, form, created }: MediaRequest,
): MediaAnswer | WireRefusal {
  const media = MEDIA.get(path);
  const fields = form ? fieldsOf(form) : parseFields(body);
  if (!media || !fields) return new WireRefusal(400, null, 'The body is not a JSON object.');
  if (fields.model !== media.model) return noSuchModel(fields.model, path);
  return media.answer({ fields, form, created });
}

/** Text fields only; the last one counts where a name is given again. */
function fieldsOf({ parts }: Form): Fields {
  return Object.fromEntries(
    parts.flatMap((part) => (part.kind === 'field' ? [[part.name, part.value]] : [])),
  );
}
