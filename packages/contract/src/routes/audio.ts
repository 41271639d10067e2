import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { rateLimitHeaders } from '../headers.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const INPUT_CHARS_MAX = 4_096;
const SPEED_MIN = 0.25;
const SPEED_MAX = 4;

const model = z
  .string()
  .min(1)
  .max(MODEL_ID_MAX_CHARS)
  .describe('A model id, alias or mapped name.');
const file = z.string().meta({ format: 'binary' });

const speechRequest = z.looseObject({
  model: model.nullish().describe('Without one the owner’s default is taken.'),
  input: z.string().min(1).max(INPUT_CHARS_MAX),
  voice: z
    .union([z.string().min(1), z.looseObject({ id: z.string() })])
    .describe(
      '`alloy`, `echo`, `fable`, `onyx`, `nova` and `shimmer` work with every model; other names are the model’s own.',
    ),
  response_format: z
    .enum(['mp3', 'opus', 'aac', 'flac', 'wav', 'pcm'])
    .nullish()
    .describe('mp3 by default, where the model speaks it.'),
  speed: z.number().min(SPEED_MIN).max(SPEED_MAX).nullish(),
  instructions: z.string().nullish().describe('How it is to be said.'),
  stream_format: z
    .enum(['audio', 'sse'])
    .nullish()
    .describe('The audio itself, or events with it.'),
});

const createSpeech = defineRoute({
  id: 'audio.speech.create',
  method: 'POST',
  path: '/v1/audio/speech',
  summary: 'Speak a text',
  description:
    'Compatible with OpenAI’s speech; the audio leaves as it is spoken. Charged by characters, seconds or tokens, as the model is priced. Where the upstream breaks off, the connection is closed before the end of the body.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: speechRequest,
    example: {
      model: 'sandbox-speech',
      voice: 'nova',
      input: 'Good morning.',
      response_format: 'wav',
    },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The audio, in the type of its format, or events with it.',
      schema: z.string(),
      contentType: 'audio/mpeg',
      alternative: {
        contentType: 'text/event-stream',
        schema: z.looseObject({ type: z.string(), audio: z.string().optional() }),
      },
      headers: ['x-meridian-model', 'x-meridian-attempts', ...rateLimitHeaders],
    },
  },
  errors: inferenceErrors,
});

const heard = {
  model,
  language: z.string().nullish().describe('ISO-639-1, e.g. `hi`.'),
  prompt: z.string().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
};
const transcriptFields = {
  ...heard,
  response_format: z
    .enum(['json', 'text', 'srt', 'verbose_json', 'vtt', 'diarized_json'])
    .nullish(),
  stream: z.boolean().nullish().describe('Answer as events, where the model knows them.'),
};
const translationFields = {
  ...heard,
  response_format: z.enum(['json', 'text', 'srt', 'verbose_json', 'vtt']).nullish(),
};
const url = z.url().describe('Where the audio is, on the public internet.');

const transcript = z.looseObject({
  text: z.string(),
  usage: z.looseObject({ type: z.string() }).optional(),
});
const example = { text: 'Good morning.', usage: { type: 'duration', seconds: 2 } };

const FILES =
  'A file of up to 25 MiB, or in JSON the address of one. Charged by the seconds or tokens that the provider reports, else by the length that the file itself tells, in whole seconds.';

const createTranscription = defineRoute({
  id: 'audio.transcriptions.create',
  method: 'POST',
  path: '/v1/audio/transcriptions',
  summary: 'Write down what is said',
  description: `Compatible with OpenAI’s transcriptions. ${FILES}`,
  tag: 'Inference',
  auth: 'key',
  body: {
    contentType: 'multipart/form-data',
    schema: z.looseObject({ ...transcriptFields, file }),
    example: { model: 'sandbox-transcribe', file: '@speech.wav' },
    alternative: {
      contentType: 'application/json',
      schema: z.looseObject({ ...transcriptFields, url }),
    },
  },
  responses: {
    200: {
      description: 'The transcript in the format that was asked for, whole or as events.',
      schema: transcript,
      alternative: {
        contentType: 'text/event-stream',
        schema: z.looseObject({ type: z.string() }),
      },
      headers: answerHeaders,
      example,
    },
  },
  errors: inferenceErrors,
});

const createTranslation = defineRoute({
  id: 'audio.translations.create',
  method: 'POST',
  path: '/v1/audio/translations',
  summary: 'Write down in English what is said',
  description: `Compatible with OpenAI’s translations. ${FILES}`,
  tag: 'Inference',
  auth: 'key',
  body: {
    contentType: 'multipart/form-data',
    schema: z.looseObject({ ...translationFields, file }),
    example: { model: 'sandbox-transcribe', file: '@speech.wav' },
    alternative: {
      contentType: 'application/json',
      schema: z.looseObject({ ...translationFields, url }),
    },
  },
  responses: {
    200: { description: 'The translation.', schema: transcript, headers: answerHeaders, example },
  },
  errors: inferenceErrors,
});

/** Speech in both directions. */
export const audioRoutes = { createSpeech, createTranscription, createTranslation };
