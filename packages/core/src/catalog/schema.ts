import { z } from 'zod';

/** What a model does. */
export const MODEL_KINDS = [
  'chat',
  'realtime',
  'embedding',
  'image',
  'video',
  'speech',
  'transcription',
  'rerank',
  'moderation',
  'computation',
] as const;

/** What a model is known to be able to do, or known not to. */
export const CAPABILITIES = [
  'tools',
  'parallel_tools',
  'vision',
  'pdf',
  'audio_in',
  'structured_output',
  'reasoning',
  'streaming',
  'prompt_cache',
  'batch',
  'fine_tune',
] as const;

/** Longest name of a model, alias or host. */
export const NAME_CHARS_MAX = 128;

const amount = z.string().regex(/^\d{1,9}(\.\d{1,12})?$/, 'a plain decimal');
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, 'a date, yyyy-mm-dd');
/** A date as precise as the source gives it. */
const dated = z.string().regex(/^\d{4}(-\d{2}){0,2}$/, 'a date, as yyyy, yyyy-mm or yyyy-mm-dd');
const name = z.string().min(1).max(NAME_CHARS_MAX);
const count = z.number().int().positive();

/** Dollars per million tokens; a bucket that is absent is unknown, "0" is free. */
const rates = {
  input: amount.optional(),
  cacheRead: amount.optional(),
  /** By lifetime: the shortest is the short-lived cache, the longest the long-lived one. */
  cacheWrite: z.record(z.string().regex(/^\d+[mh]$/), amount).optional(),
  inputAudio: amount.optional(),
  inputImage: amount.optional(),
  output: amount.optional(),
  reasoning: amount.optional(),
  outputAudio: amount.optional(),
  outputImage: amount.optional(),
};

/** Dollars per piece; `variants` are quality, size or both as `hd/1024x1792`. */
const unit = z.strictObject({
  per: z.enum([
    'call',
    'image',
    'million characters',
    'second',
    'minute',
    'hour',
    'search',
    'page',
    'megapixel',
  ]),
  price: amount.optional(),
  /** Pieces (seconds for minute and hour) that are billed at least. */
  min: count.optional(),
  variants: z.record(name, amount).optional(),
});

const priceRow = z.strictObject({
  /** First day on which the row applies, UTC; the first row has none. */
  from: day.optional(),
  ...rates,
  reasoningRaisesOutput: z.literal(true).optional(),
  call: z.union([amount, z.record(name, amount)]).optional(),
  unit: unit.optional(),
  /** Rates of the whole request above a number of input tokens, cache included. */
  above: z.array(z.strictObject({ tokens: count, ...rates })).optional(),
  /** Rates at certain hours, UTC. */
  peak: z
    .strictObject({
      days: z.enum(['workdays', 'all']),
      hours: z.array(z.string().regex(/^\d{2}:\d{2}-\d{2}:\d{2}$/)),
      ...rates,
    })
    .optional(),
  /** Multipliers of service tiers (`batch`, `flex`, `priority` …). */
  services: z.record(name, amount).optional(),
});

const model = z.strictObject({
  id: name,
  aliases: z.array(name).optional(),
  kind: z.enum(MODEL_KINDS),
  status: z.enum(['deprecated', 'retired']).optional(),
  context: count.optional(),
  maxOutput: count.optional(),
  dimensions: count.optional(),
  in: z.array(z.string()).optional(),
  out: z.array(z.string()).optional(),
  can: z.array(z.enum(CAPABILITIES)).optional(),
  cannot: z.array(z.enum(CAPABILITIES)).optional(),
  openWeights: z.literal(true).optional(),
  released: dated.optional(),
  shutdown: day.optional(),
  replacement: name.optional(),
  asOf: dated,
  /** The figures rest on one source, conflict or may have changed: check before relying on them. */
  verify: z.literal(true).optional(),
  prices: z.array(priceRow).optional(),
  /** Prices where others host the model, with the name that it has there. */
  hosts: z
    .record(name, z.strictObject({ model: name.optional(), prices: z.array(priceRow).min(1) }))
    .optional(),
  /** Output tokens of one image by variant, where images are billed by tokens. */
  imageTokens: z.record(name, count).optional(),
  /** Published prices, in dollars, of things that no bucket of usage counts: shown, not billed. */
  extras: z.record(z.string(), amount).optional(),
});

/** One file of the shipped catalog: the models and prices of one vendor. */
export const catalogFile = z.strictObject({
  vendor: name,
  name: z.string(),
  /** Hosts whose prices these are (`hostName`); elsewhere they are a reference. */
  hosts: z.array(name),
  as_of: dated,
  /** Days that count as no workday in `peak`. */
  holidays: z.array(day).optional(),
  source: z.array(z.string()).min(1),
  models: z.array(model).min(1),
});

export type CatalogFile = z.infer<typeof catalogFile>;
export type ModelEntry = z.infer<typeof model>;
export type PriceRow = z.infer<typeof priceRow>;
export type RateFields = Pick<PriceRow, keyof typeof rates>;
