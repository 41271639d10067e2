import { z } from 'zod';

/** The kinds of content part that OpenAI's chat API defines; others pass through untouched. */
const KNOWN_PARTS: ReadonlySet<string> = new Set([
  'text',
  'image_url',
  'input_audio',
  'file',
  'refusal',
]);

export const textPart = z.looseObject({ type: z.literal('text'), text: z.string() });

const imagePart = z.looseObject({
  type: z.literal('image_url'),
  image_url: z.looseObject({
    url: z.string().describe('An https URL, or a data URL with the image in base64.'),
    detail: z.enum(['auto', 'low', 'high', 'original']).optional(),
  }),
});

const audioPart = z.looseObject({
  type: z.literal('input_audio'),
  input_audio: z.looseObject({ data: z.string().describe('Base64.'), format: z.string() }),
});

const filePart = z.looseObject({
  type: z.literal('file'),
  file: z.looseObject({
    file_id: z.string().optional(),
    filename: z.string().optional(),
    file_data: z.string().optional().describe('A data URL or base64.'),
  }),
});

const refusalPart = z.looseObject({ type: z.literal('refusal'), refusal: z.string() });

const otherPart = z
  .looseObject({ type: z.string().refine((type) => !KNOWN_PARTS.has(type), { abort: true }) })
  .describe('A part that only some providers know; it is passed on as it is.');

/** One piece of a message. */
export const contentPart = z.union([
  textPart,
  imagePart,
  audioPart,
  filePart,
  refusalPart,
  otherPart,
]);

/** Text, or a list of parts. */
export const messageContent = z.union([z.string(), z.array(contentPart).min(1)]);
