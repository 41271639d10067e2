import { z } from 'zod';
import { LABEL_MAX_CHARS, rateLimits } from './accounts.ts';
import {
  accountKey,
  IDENTIFIER_MAX_CHARS,
  MODEL_ID_MAX_CHARS,
  namedKey,
  recordId,
  timestamp,
} from './formats.ts';

/** Entries of one list of a key's scopes. */
const SCOPE_ENTRIES_MAX = 100;
/** The longest time that a rotated key goes on working, in seconds: seven days. */
export const OVERLAP_SECONDS_MAX = 604_800;
const CONFIRMATION_MAX_CHARS = 64;

const patterns = z.array(z.string().max(MODEL_ID_MAX_CHARS)).max(SCOPE_ENTRIES_MAX).nullable();

const scopesInput = z
  .union(
    [
      patterns,
      z.strictObject({
        endpoints: patterns.optional().describe('Paths or patterns of them.'),
        models: patterns.optional().describe('Models or patterns, as they are after mapping.'),
        limits: rateLimits.optional().describe('Rate limits of this key alone.'),
        expires_at: timestamp.nullable().optional().describe('From then on it is refused.'),
      }),
    ],
    { error: 'Expected endpoints as a list, or endpoints, models, limits and expires_at.' },
  )
  .optional()
  .describe('What the key may be used for, within what its account may; a list means endpoints.');

/** The body of `POST /dashboard/keys`. */
export const namedKeyCreate = z.strictObject({
  name: z.string().trim().min(1).max(LABEL_MAX_CHARS),
  scopes: scopesInput,
});

const scopesView = z
  .object({
    endpoints: z.array(z.string()).nullable(),
    models: z.array(z.string()).nullable(),
    limits: z.record(z.string(), z.int()),
    expires_at: timestamp.nullable(),
  })
  .describe('null: everything that the account may.');

/** A named key as it is shown. */
export const namedKeyView = z.object({
  id: recordId,
  name: z.string(),
  scopes: scopesView,
  partial_key: z.string(),
  created_at: timestamp,
  last_used_at: timestamp.nullable(),
});

/** The answer to `GET /dashboard/keys`. */
export const namedKeyList = z.object({ success: z.literal(true), keys: z.array(namedKeyView) });

/** The answer to `POST /dashboard/keys`; the only time that the key is shown. */
export const namedKeyCreated = z.object({
  success: z.literal(true),
  key: namedKeyView.extend({ secret_key: namedKey }),
});

/** The answer to `DELETE /dashboard/keys/{id}`. */
export const namedKeyRevoked = z.object({ success: z.literal(true), id: recordId });

const overlap = z
  .int()
  .min(0)
  .max(OVERLAP_SECONDS_MAX)
  .optional()
  .describe('Seconds for which the old key goes on working. Default 0.');

/** The body of `POST /x-self`. */
export const selfRotation = z.strictObject({
  confirm: z
    .string()
    .max(CONFIRMATION_MAX_CHARS)
    .describe('Today’s date in UTC and `-ROTATE-SELF`, such as `2026-11-22-ROTATE-SELF`.'),
  overlap_seconds: overlap,
});

/** The body of `POST /x-root`. */
export const rootRotation = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(IDENTIFIER_MAX_CHARS)
    .optional()
    .describe('Whose key: an id, a name or an e-mail address. Default: root’s own.'),
  key: accountKey.optional().describe('The new key, such as one of `GET /x-gkey`.'),
  confirm: z
    .string()
    .max(CONFIRMATION_MAX_CHARS)
    .describe('Today’s date in UTC and `-ROTATE-ROOT`, such as `2026-11-22-ROTATE-ROOT`.'),
  overlap_seconds: overlap,
});

/** The answer to a rotation; the only time that the new key is shown. */
export const keyRotated = z.object({
  success: z.literal(true),
  message: z.string(),
  rotate: z.object({
    action: z.enum(['rotate_self', 'rotate_root']),
    id: recordId,
    name: z.string(),
    key: accountKey,
    timestamp,
    old_key_until: timestamp.nullable().describe('How long the old key works; null: no longer.'),
  }),
});

export type NamedKeyCreate = z.infer<typeof namedKeyCreate>;
export type NamedKeyView = z.infer<typeof namedKeyView>;
export type NamedKeyCreated = z.infer<typeof namedKeyCreated>;
export type SelfRotation = z.infer<typeof selfRotation>;
export type RootRotation = z.infer<typeof rootRotation>;
export type KeyRotated = z.infer<typeof keyRotated>;
