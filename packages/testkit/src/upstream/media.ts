import { tinyPng } from './pictures.ts';
import type { RecordedRequest } from './recorded.ts';
import {
  errorReply,
  type HttpReply,
  jsonReply,
  type Parts,
  type Reply,
  sseReply,
} from './reply.ts';

/** The fields and files of a multipart request, as the upstream reads them. */
export function receivedForm(request: RecordedRequest): Promise<FormData> {
  const type = request.headers['content-type'] ?? '';
  const body = new Uint8Array(request.body);
  return new Response(body, { headers: { 'content-type': type } }).formData();
}

/** How the standing answer to requests for images counts. */
export interface AnswerImagesOptions {
  /** Told in answers and at the end of streams; absent for models that tell none. */
  readonly usage?: object;
  /** Each image, by its place. */
  readonly picture?: (index: number) => Buffer;
  /** Gives addresses instead of base64. */
  readonly urlOf?: (index: number) => string;
}

interface ImageRequest {
  readonly n?: number | string;
  readonly stream?: boolean | string;
  readonly partial_images?: number | string;
}

/**
 * Answers OpenAI's image endpoints, whole or streamed as asked, with as many images as are wanted.
 * Other paths get 404.
 */
export function answerImages(
  options: AnswerImagesOptions = {},
): (request: RecordedRequest) => Promise<Reply> {
  const picture = options.picture ?? tinyPng;
  return async (request) => {
    const [, task] = /\/images\/(generations|edits|variations)$/.exec(request.path) ?? [];
    if (task === undefined) return unknownPath();
    const asked = await fieldsOf<ImageRequest>(request);
    const count = Number(asked.n ?? 1);
    if (String(asked.stream) === 'true') {
      const name = task === 'generations' ? 'image_generation' : 'image_edit';
      return sseReply(imageEvents(name, Number(asked.partial_images ?? 0), options));
    }
    const data = Array.from({ length: count }, (_, index) =>
      options.urlOf
        ? { url: options.urlOf(index) }
        : { b64_json: picture(index).toString('base64') },
    );
    const { usage } = options;
    return jsonReply({ created: 1_795_305_600, data, ...(usage && { usage }) });
  };
}

/** The events of one streamed image. */
export function imageEvents(
  name: 'image_generation' | 'image_edit',
  partials: number,
  { usage, picture = tinyPng }: AnswerImagesOptions,
): string[] {
  const event = (type: string, index: number, more: object): string => {
    const data = { type: `${name}.${type}`, b64_json: picture(index).toString('base64'), ...more };
    return `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  };
  return [
    ...Array.from({ length: partials }, (_, index) =>
      event('partial_image', index, { partial_image_index: index }),
    ),
    event('completed', partials, { created_at: 1_795_305_600, ...(usage && { usage }) }),
  ];
}

/** Answers OpenAI's speech endpoint with these bytes, piece by piece. */
export function speechReply(parts: Parts, contentType = 'audio/mpeg'): HttpReply {
  return { contentType, parts };
}

/** The events of streamed speech, which end with its usage. */
export function speechEvents(pieces: readonly Buffer[], usage: object): string[] {
  const events = [
    ...pieces.map((piece) => ({ type: 'speech.audio.delta', audio: piece.toString('base64') })),
    { type: 'speech.audio.done', usage },
  ];
  return events.map((event) => `data: ${JSON.stringify(event)}\n\n`);
}

/** How the standing answer to requests for transcripts counts. */
export interface AnswerTranscriptsOptions {
  readonly text?: string;
  /** Told in answers and at the end of streams; absent for models that tell none. */
  readonly usage?: object;
}

interface TranscriptRequest {
  readonly response_format?: string;
  readonly stream?: string;
}

/** Answers OpenAI's endpoints for transcripts in the format that is asked for. */
export function answerTranscripts(
  options: AnswerTranscriptsOptions = {},
): (request: RecordedRequest) => Promise<Reply> {
  const { text = 'The tide rises twice a day.', usage } = options;
  return async (request) => {
    if (!/\/audio\/(?:transcriptions|translations)$/.test(request.path)) return unknownPath();
    const asked = await fieldsOf<TranscriptRequest>(request);
    const told = usage && { usage };
    if (asked.stream === 'true') {
      const events = [
        ...text.split(/(?<= )/).map((delta) => ({ type: 'transcript.text.delta', delta })),
        { type: 'transcript.text.done', text, ...told },
      ];
      return sseReply(events.map((event) => `data: ${JSON.stringify(event)}\n\n`));
    }
    switch (asked.response_format ?? 'json') {
      case 'json':
        return jsonReply({ text, ...told });
      case 'verbose_json':
        return jsonReply({ task: 'transcribe', language: 'english', duration: 2.5, text, ...told });
      case 'diarized_json':
        return jsonReply({ task: 'transcribe', duration: 2.5, text, segments: [], ...told });
      default:
        return { contentType: 'text/plain; charset=utf-8', parts: [`${text}\n`] };
    }
  };
}

function unknownPath(): Reply {
  return errorReply(404, { type: 'invalid_request_error', message: 'Unknown path.' });
}

async function fieldsOf<T>(request: RecordedRequest): Promise<T> {
  if (request.headers['content-type']?.startsWith('application/json')) return request.json() as T;
  return Object.fromEntries(await receivedForm(request)) as T;
}
