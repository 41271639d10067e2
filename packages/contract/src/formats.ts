import { z } from 'zod';

const ALPHANUMERIC_KEY = '[A-Za-z0-9]';

/** An account's own secret key: `sk-Xvs` and 45 letters or digits. */
export const ACCOUNT_KEY_PATTERN = new RegExp(`^sk-Xvs${ALPHANUMERIC_KEY}{45}$`);
/** A named key: `xln_live_` and 43 letters or digits. */
export const NAMED_KEY_PATTERN = new RegExp(`^xln_live_${ALPHANUMERIC_KEY}{43}$`);
/** The path of account ids from root, e.g. `.1.42.`. */
export const DNA_PATTERN = /^\.(?:[1-9]\d{0,15}\.)+$/;
/** A UUID of version 7 in lower case. */
export const REQUEST_ID_PATTERN =
  /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The longest identifier that a path may carry, in characters: the longest e-mail address. */
export const IDENTIFIER_MAX_CHARS = 254;
/** The longest model id, in characters. */
export const MODEL_ID_MAX_CHARS = 256;
/** The largest page of a list, in entries. */
export const PAGE_SIZE_MAX = 1000;
/** The largest request body of every route but those that carry prompts or files, in bytes. */
export const MANAGEMENT_BODY_MAX_BYTES = 1_048_576;
/** The deepest nesting of a JSON body. */
export const JSON_DEPTH_MAX = 64;
/** The longest `Idempotency-Key`, in characters. */
export const IDEMPOTENCY_KEY_MAX_CHARS = 255;

/** The id of a record that the service numbers, from 1. */
export const recordId = z.int().min(1);
export const accountKey = z.string().regex(ACCOUNT_KEY_PATTERN);
export const namedKey = z.string().regex(NAMED_KEY_PATTERN);
export const dna = z.string().regex(DNA_PATTERN);
export const requestId = z.string().regex(REQUEST_ID_PATTERN);
/** A moment as ISO 8601 in UTC. */
export const timestamp = z.iso.datetime();

/** A whole number as it stands in a path or a query; the reference shows it as a number. */
export function textualInteger(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER) {
  const range = maximum === Number.MAX_SAFE_INTEGER ? { minimum } : { minimum, maximum };
  return z
    .string()
    .regex(/^\d{1,16}$/, 'Expected a whole number.')
    .transform(Number)
    .pipe(z.int().min(minimum).max(maximum))
    .meta({ wire: { type: 'integer', ...range } });
}

/** The id of a record as it stands in a path. */
export function pathId(example: number) {
  return textualInteger(1).meta({ wire: { type: 'integer', minimum: 1, examples: [example] } });
}
