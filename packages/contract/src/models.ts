import { z } from 'zod';

/** What a model is known to be able to do, or known not to; absent where nothing is known. */
const modelCapabilities = z
  .record(z.string(), z.boolean())
  .describe(
    '`tools`, `parallel_tools`, `vision`, `pdf`, `audio_in`, `structured_output`, `reasoning`, `streaming`, `prompt_cache`, `batch`, `fine_tune`; absent where unknown.',
  );

/** Dollars per million tokens, or per unit, as the caller is charged (its multipliers included). */
const modelPricing = z.object({
  currency: z.literal('USD'),
  input: z.number().optional(),
  output: z.number().optional(),
  cache_read: z.number().optional(),
  cache_write: z.number().optional(),
  cache_write_1h: z.number().optional(),
  reasoning: z.number().optional(),
  input_audio: z.number().optional(),
  output_audio: z.number().optional(),
  input_image: z.number().optional(),
  output_image: z.number().optional(),
  unit: z
    .object({ name: z.string(), price: z.number().describe('Dollars per unit.') })
    .optional()
    .describe('Models that are charged by the piece: image, character, second, search …'),
  call: z.number().optional().describe('Dollars added once per request.'),
});

/** What Meridian tells about a model besides OpenAI's own fields. */
export const modelFacts = z.object({
  kind: z.string().describe('chat, embedding, image, speech, transcription, rerank, moderation …'),
  context: z.int().nullable().describe('Tokens of input and output together; null if unknown.'),
  max_output: z.int().nullable().describe('The longest answer in tokens; null if unknown.'),
  capabilities: modelCapabilities,
  pricing: modelPricing,
  sandbox: z.boolean().describe('True for the built-in test models, which no provider runs.'),
});

/** One entry of the model list. */
export const model = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int().describe('Seconds since 1970; 0 where the vendor names no date.'),
  owned_by: z.string(),
  permission: z.array(z.unknown()).describe('Always empty; older clients expect it.'),
  meridian: modelFacts,
});

export const modelList = z.object({ object: z.literal('list'), data: z.array(model) });

/** One model as clients of Google's API know it. */
export const googleModel = z.looseObject({
  name: z.string().describe('`models/` and the id.'),
  baseModelId: z.string(),
  displayName: z.string(),
  inputTokenLimit: z.int().optional(),
  outputTokenLimit: z.int().optional(),
  supportedGenerationMethods: z.array(z.string()),
});

export const googleModelList = z.object({ models: z.array(googleModel) });

export type Model = z.infer<typeof model>;
export type ModelFacts = z.infer<typeof modelFacts>;
export type ModelPricing = z.infer<typeof modelPricing>;
