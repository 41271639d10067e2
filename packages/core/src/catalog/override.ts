import { z } from 'zod';
import {
  invalid,
  type Millionths,
  type Picodollars,
  parseMillionths,
  parsePerMillion,
  parsePerUnit,
} from '../kernel/index.ts';
import { NAME_CHARS_MAX } from './schema.ts';

/** Largest PRICING document, bytes of JSON. */
const PRICING_BYTES_MAX = 131_072;
/** Models and image sizes in all sections of a PRICING document. */
const PRICING_ENTRIES_MAX = 1_024;

const dollars = z.number().nonnegative();
/** Dollars per million tokens, exact in picodollars per token. */
const perMillion = dollars.transform((value, context) =>
  exactly(parsePerMillion(value), 6, context),
);
/** Dollars per piece, exact in picodollars. */
const perUnit = dollars.transform((value, context) => exactly(parsePerUnit(value), 12, context));
const multiplier = dollars.transform((value, context) =>
  exactly(parseMillionths(value), 6, context),
);

function exactly<T extends Picodollars | Millionths>(
  value: T | undefined,
  digits: number,
  context: z.RefinementCtx,
): T {
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: `at most ${digits} decimals are possible` });
  return z.NEVER;
}

const Rates = multiplier.optional();
const chat = z.strictObject({
  InputText: perMillion.optional(),
  OutputText: perMillion.optional(),
  CachedText: perMillion.optional(),
  CacheWrite: perMillion.optional(),
  ReasonText: perMillion.optional(),
  InputAudio: perMillion.optional(),
  OutputAudio: perMillion.optional(),
  InputImage: perMillion.optional(),
  OutputImage: perMillion.optional(),
  Rates,
});
const image = z.strictObject({
  Call: perUnit.optional(),
  // A map, because sizes are looked up by what a caller writes.
  Sizes: z
    .record(z.string().min(1).max(NAME_CHARS_MAX), perUnit)
    .transform((sizes) => new Map(Object.entries(sizes)))
    .optional(),
  Rates,
});
const audio = z.strictObject({
  Input: perMillion.optional(),
  Output: perMillion.optional(),
  Call: perUnit.optional(),
  Rates,
});
const rerank = z.strictObject({ Input: perMillion.optional(), Call: perUnit.optional(), Rates });
const call = z.strictObject({ Call: perUnit.optional(), Rates });
const training = z.strictObject({
  InputText: perMillion.optional(),
  OutputText: perMillion.optional(),
  Rates,
});

function section<T extends z.ZodType>(delta: T) {
  return z.record(z.string().min(1).max(NAME_CHARS_MAX), delta).optional();
}

const document = z.strictObject({
  ChatPricing: section(chat),
  ImgPricing: section(image),
  AudioPricing: section(audio),
  RerankPricing: section(rerank),
  CallPricing: section(call),
  FineTuningPricing: section(training),
});

/** What an owner changes of the prices of models that a key of a section matches. */
export interface PricingDeltas {
  readonly chat: z.infer<typeof chat>;
  readonly image: z.infer<typeof image>;
  readonly audio: z.infer<typeof audio>;
  readonly rerank: z.infer<typeof rerank>;
  readonly call: z.infer<typeof call>;
  readonly training: z.infer<typeof training>;
}

/** A parsed PRICING document: per section, model names and globs (lower case) → changes. */
export type PricingOverride = {
  readonly [K in keyof PricingDeltas]: ReadonlyMap<string, PricingDeltas[K]>;
} & {
  /** `Price.source` of the prices that it changes. */
  readonly source: string;
};

/**
 * Reads an owner's PRICING (JSON text or the object). Throws `invalid_request` naming the field for
 * unknown fields, figures that are negative, not finite or too fine, and documents that are too big.
 */
export function parsePricing(value: unknown, ownerId: number): PricingOverride {
  const parsed = document.safeParse(readDocument(value));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = ['PRICING', ...(issue?.path ?? [])].join('.');
    throw invalid(path, `${path}: ${issue?.message ?? 'not valid'}.`);
  }
  const { data } = parsed;
  refuseTooMany(data);
  return {
    source: `owner:${ownerId}`,
    chat: byName('ChatPricing', data.ChatPricing),
    image: byName('ImgPricing', data.ImgPricing),
    audio: byName('AudioPricing', data.AudioPricing),
    rerank: byName('RerankPricing', data.RerankPricing),
    call: byName('CallPricing', data.CallPricing),
    training: byName('FineTuningPricing', data.FineTuningPricing),
  };
}

/** The document behind JSON text, or the value itself; throws `invalid_request` when it is too big. */
export function readDocument(value: unknown): unknown {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  if (Buffer.byteLength(text) > PRICING_BYTES_MAX) {
    throw invalid('PRICING', `PRICING is larger than ${PRICING_BYTES_MAX} bytes.`);
  }
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch (cause) {
    const detail = cause instanceof Error ? `: ${cause.message}` : '';
    throw invalid('PRICING', `PRICING is not valid JSON${detail}.`);
  }
}

function refuseTooMany(data: z.infer<typeof document>): void {
  let entries = 0;
  for (const models of Object.values(data)) entries += Object.keys(models ?? {}).length;
  for (const { Sizes } of Object.values(data.ImgPricing ?? {})) {
    entries += Sizes?.size ?? 0;
  }
  if (entries > PRICING_ENTRIES_MAX) {
    throw invalid('PRICING', `PRICING has more than ${PRICING_ENTRIES_MAX} entries.`);
  }
}

function byName<T>(section: string, models: Record<string, T> | undefined): ReadonlyMap<string, T> {
  const map = new Map<string, T>();
  for (const [name, delta] of Object.entries(models ?? {})) {
    const key = name.toLowerCase();
    if (map.has(key)) throw invalid(`PRICING.${section}.${name}`, `${name} is given twice.`);
    map.set(key, delta);
  }
  return map;
}
