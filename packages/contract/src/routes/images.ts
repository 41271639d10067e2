import { z } from 'zod';
import { MODEL_ID_MAX_CHARS } from '../formats.ts';
import { defineRoute } from '../route.ts';
import { answerHeaders, inferenceErrors } from './inference-answer.ts';

const PROMPT_CHARS_MAX = 32_000;
const IMAGES_MAX = 4;
const PARTIALS_MAX = 3;

const shared = {
  model: z
    .string()
    .min(1)
    .max(MODEL_ID_MAX_CHARS)
    .nullish()
    .describe('A model id, alias or mapped name; without one the owner’s default is taken.'),
  n: z.int().min(1).max(IMAGES_MAX).nullish().describe('How many images; 1 by default.'),
  size: z.string().nullish().describe('`auto`, or width and height as `1024x1536`.'),
  response_format: z
    .enum(['url', 'b64_json'])
    .nullish()
    .describe(
      'An address of this server that is good for 60 minutes, or base64. By default both, where the provider gives base64.',
    ),
  user: z.string().optional().describe('An end user of yours, for the provider’s abuse checks.'),
};
const made = {
  ...shared,
  prompt: z.string().min(1).max(PROMPT_CHARS_MAX),
  quality: z.string().nullish().describe('As the model has it: `low`, `medium`, `high`, `hd` …'),
  output_format: z.enum(['png', 'jpeg', 'webp']).nullish(),
  background: z.enum(['transparent', 'opaque', 'auto']).nullish(),
  stream: z.boolean().nullish().describe('Answer as events, with previews where they are wanted.'),
  partial_images: z.int().min(0).max(PARTIALS_MAX).nullish().describe('Previews of each image.'),
};

const file = z.string().meta({ format: 'binary' });

const generationRequest = z.looseObject(made);
const editForm = z.looseObject({
  ...made,
  image: z
    .union([file, z.array(file)])
    .describe('One picture or several, as `image` or `image[]`.'),
  mask: file.optional(),
});
const editRequest = z.looseObject({
  ...made,
  images: z
    .array(z.looseObject({ image_url: z.string().optional(), file_id: z.string().optional() }))
    .describe('Pictures by address or by the provider’s own file id.'),
});
const variationForm = z.looseObject({ ...shared, image: file });

const usage = z.looseObject({
  input_tokens: z.int(),
  output_tokens: z.int(),
  total_tokens: z.int(),
});
const images = z.looseObject({
  created: z.int().describe('Seconds since 1970.'),
  data: z.array(z.looseObject({ b64_json: z.string().optional(), url: z.string().optional() })),
  usage: usage.optional(),
});
const imageEvent = z.looseObject({ type: z.string(), b64_json: z.string().optional() });

const answer = {
  schema: images,
  headers: answerHeaders,
  example: {
    created: 1795305600,
    data: [{ url: `https://meridian.example/files/img-${'4kQ7'.repeat(8)}.png` }],
  },
};

const generateImages = defineRoute({
  id: 'images.generate',
  method: 'POST',
  path: '/v1/images/generations',
  summary: 'Make images from a prompt',
  description:
    'Compatible with OpenAI’s images; Gemini and Imagen models are asked in their own words. Charged by the tokens that the provider reports, else by the image at its size and quality. Addresses of providers are not passed on.',
  tag: 'Inference',
  auth: 'key',
  body: {
    schema: generationRequest,
    example: { model: 'sandbox-image', prompt: 'A harbour at low tide.', size: '1024x1024' },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The images, whole or as events.',
      ...answer,
      alternative: { contentType: 'text/event-stream', schema: imageEvent },
    },
  },
  errors: inferenceErrors,
});

const editImages = defineRoute({
  id: 'images.edit',
  method: 'POST',
  path: '/v1/images/edits',
  summary: 'Change images by a prompt',
  description:
    'Pictures of up to 50 MiB each, 100 MiB in all. Fields that Meridian does not know are passed on.',
  tag: 'Inference',
  auth: 'key',
  body: {
    contentType: 'multipart/form-data',
    schema: editForm,
    example: { model: 'sandbox-image', prompt: 'Make it night.', image: '@harbour.png' },
    alternative: { contentType: 'application/json', schema: editRequest },
  },
  requestHeaders: ['x-meridian-drop-params'],
  responses: {
    200: {
      description: 'The images, whole or as events.',
      ...answer,
      alternative: { contentType: 'text/event-stream', schema: imageEvent },
    },
  },
  errors: inferenceErrors,
});

const varyImage = defineRoute({
  id: 'images.vary',
  method: 'POST',
  path: '/v1/images/variations',
  summary: 'Make variations of an image',
  tag: 'Inference',
  auth: 'key',
  body: {
    contentType: 'multipart/form-data',
    schema: variationForm,
    example: { model: 'sandbox-image', image: '@harbour.png', n: 2 },
  },
  responses: { 200: { description: 'The images.', ...answer } },
  errors: inferenceErrors,
});

/** Images. */
export const imageRoutes = { generateImages, editImages, varyImage };
