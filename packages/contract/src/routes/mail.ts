import { z } from 'zod';
import { pathId } from '../formats.ts';
import { pagingHeaders } from '../headers.ts';
import {
  mailList,
  mailQuery,
  mailRetried,
  mailTest,
  mailTested,
  type QueuedMail,
} from '../mail.ts';
import { defineRoute } from '../route.ts';

const example: QueuedMail = {
  id: 9,
  account_id: 42,
  cause: 'soft_limit',
  state: 'dead',
  attempts: 7,
  next_attempt_at: null,
  error: 'connect ECONNREFUSED',
  created_at: '2026-11-22T10:30:00.000Z',
  ended_at: '2026-11-23T04:42:30.000Z',
};

const listMails = defineRoute({
  id: 'mail.list',
  method: 'GET',
  path: '/x-mail',
  summary: 'List the mails to your accounts',
  description:
    'Owners only. What could not be handed to the mail server is tried again after 30 seconds, 2 and 10 minutes, 1, 4 and 12 hours, and then given up.',
  tag: 'Configuration',
  auth: 'key',
  query: mailQuery,
  responses: {
    200: {
      description: 'One page.',
      schema: mailList,
      headers: pagingHeaders,
      example: { success: true, mails: [example], total: 1, page: 1, size: 24, has_more: false },
    },
  },
  errors: ['permission_denied'],
});

const testMail = defineRoute({
  id: 'mail.test',
  method: 'POST',
  path: '/x-mail/test',
  summary: 'Send a test mail',
  description:
    'Over the mail server of `/x-config` (EMAIL_SMTP, EMAIL_PORT, EMAIL_AUTH, EMAIL_PASS, EMAIL_TLS), at once; the error tells what the server said.',
  tag: 'Configuration',
  auth: 'key',
  body: { schema: mailTest, isOptional: true, example: { to: 'ops@acme.example' } },
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'The server took it.',
      schema: mailTested,
      example: { success: true, to: 'ops@acme.example' },
    },
  },
  errors: ['permission_denied'],
});

const retryMail = defineRoute({
  id: 'mail.retry',
  method: 'POST',
  path: '/x-mail/{id}/retry',
  summary: 'Try a mail again that was given up',
  tag: 'Configuration',
  auth: 'key',
  params: z.object({ id: pathId(9) }),
  requestHeaders: ['Idempotency-Key'],
  responses: {
    200: {
      description: 'It is queued anew.',
      schema: mailRetried,
      example: { success: true, id: 9 },
    },
  },
  errors: ['permission_denied', 'not_found'],
});

/** Mails of owners. */
export const mailRoutes = { listMails, testMail, retryMail };
