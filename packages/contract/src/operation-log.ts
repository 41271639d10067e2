import { z } from 'zod';
import { recordId, textualInteger } from './formats.ts';

const ACTION_MAX_CHARS = 64;
/** The largest page of the operation log, in lines. */
const LOG_PAGE_MAX = 100;

/** A moment as dashboards print it, in UTC. */
const LOG_TIME_PATTERN = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/;

/** The query of `GET /dashboard/logs`. */
export const operationLogQuery = z.object({
  page: textualInteger(1).exactOptional().describe('From 1, the default.'),
  size: textualInteger(1, LOG_PAGE_MAX).exactOptional().describe('Default 24.'),
  action: z
    .string()
    .min(1)
    .max(ACTION_MAX_CHARS)
    .exactOptional()
    .describe('`add_user`, `update_user`, `delete_user`, `update_config` …'),
  target_id: textualInteger(1).exactOptional().describe('The account that it was done to.'),
  status: z.enum(['success', 'failure']).exactOptional(),
});

const loggedOperation = z.object({
  id: recordId,
  action: z.string(),
  operator_id: recordId.describe('Who did it.'),
  operator_name: z.string(),
  target_id: recordId.describe('Whom it was done to.'),
  target_name: z.string().nullable(),
  status: z.enum(['success', 'failure']),
  details: z.string().describe('What happened, in a few words.'),
  changes: z
    .record(z.string(), z.tuple([z.unknown(), z.unknown()]))
    .describe('Field → before and after; secrets are masked.'),
  address: z
    .string()
    .nullable()
    .describe('From where; null for the system and for operators outside the own subtree.'),
  created_at: z.string().regex(LOG_TIME_PATTERN).describe('UTC.'),
  chain: z
    .object({ owner_id: recordId, seq: z.int().min(1), hash: z.string() })
    .describe(
      'Its place in the owner’s chain: SHA-256 over the hash before it and the line. Who notes a hash can tell later that nothing before it was changed.',
    ),
});

/** The answer to `GET /dashboard/logs`. */
export const operationLogView = z.object({
  logs: z.array(loggedOperation).describe('Newest first.'),
  total: z.int(),
  page: z.int(),
  size: z.int(),
  has_more: z.boolean(),
});

export type OperationLogView = z.infer<typeof operationLogView>;
