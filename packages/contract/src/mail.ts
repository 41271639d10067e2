import { z } from 'zod';
import { IDENTIFIER_MAX_CHARS, recordId, textualInteger, timestamp } from './formats.ts';

const MAIL_PAGE_MAX = 100;

/** The query of `GET /x-mail`. */
export const mailQuery = z.object({
  state: z
    .enum(['queued', 'running', 'done', 'dead'])
    .exactOptional()
    .describe('`dead` are those that were given up.'),
  page: textualInteger(1).exactOptional().describe('From 1, the default.'),
  size: textualInteger(1, MAIL_PAGE_MAX).exactOptional().describe('Default 24.'),
});

const queuedMail = z.object({
  id: recordId,
  account_id: recordId.nullable(),
  cause: z
    .string()
    .describe(
      'soft_limit, hard_limit, low_balance, credit_expiring, key_rotated, account_created, weekly_summary or monthly_summary.',
    ),
  state: z.enum(['queued', 'running', 'done', 'dead']),
  attempts: z.int(),
  next_attempt_at: timestamp.nullable().describe('Of what is queued.'),
  error: z.string().nullable().describe('Why the last attempt failed.'),
  created_at: timestamp,
  ended_at: timestamp.nullable(),
});

/** The answer to `GET /x-mail`. */
export const mailList = z.object({
  success: z.literal(true),
  mails: z.array(queuedMail).describe('Newest first.'),
  total: z.int(),
  page: z.int(),
  size: z.int(),
  has_more: z.boolean(),
});

/** The body of `POST /x-mail/test`. */
export const mailTest = z.strictObject({
  to: z
    .email()
    .max(IDENTIFIER_MAX_CHARS)
    .optional()
    .describe('Default: the BillingEmail of the owner, else its Email.'),
});

/** The answer to `POST /x-mail/test`. */
export const mailTested = z.object({ success: z.literal(true), to: z.string() });

/** The answer to `POST /x-mail/{id}/retry`. */
export const mailRetried = z.object({ success: z.literal(true), id: recordId });

export type QueuedMail = z.infer<typeof queuedMail>;
