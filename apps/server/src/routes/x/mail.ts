import { mailRoutes, type QueuedMail } from '@meridian/contract';
import type { ListedJob } from '@meridian/core/jobs';
import type { MailService } from '@meridian/core/platform';
import { pageAnswer } from '../../edge/management/paging.ts';
import { type ServedRoute, serve } from '../../edge/management/served-route.ts';

const PAGE_SIZE = 24;

function isoOf(atMs: number | null): string | null {
  return atMs === null ? null : new Date(atMs).toISOString();
}

function toView(job: ListedJob): QueuedMail {
  return {
    id: job.id,
    account_id: job.accountId,
    cause: String(job.payload.cause),
    state: job.state,
    attempts: job.attempts,
    next_attempt_at: job.state === 'queued' ? isoOf(job.runAt) : null,
    error: job.error,
    created_at: new Date(job.createdAt).toISOString(),
    ended_at: isoOf(job.endedAt),
  };
}

/** `/x-mail`, its test and its retry. */
export function manageMail(
  mails: Pick<MailService, 'list' | 'test' | 'retry'>,
): readonly ServedRoute[] {
  return [
    serve(mailRoutes.listMails, async ({ caller, query }) => {
      const { state, page = 1, size = PAGE_SIZE } = query;
      const { entries, total } = await mails.list(caller.policy, state, { page, size });
      const shown = { mails: entries.map(toView), total, page, size };
      const body = { success: true, ...shown, has_more: page * size < total };
      return pageAnswer(body, { page, size, total });
    }),
    serve(mailRoutes.testMail, async ({ caller, body }) => {
      const { to } = await mails.test(caller.policy, body.to);
      return { status: 200, body: { success: true, to } };
    }),
    serve(mailRoutes.retryMail, async ({ caller, params }) => {
      await mails.retry(caller.policy, params.id);
      return { status: 200, body: { success: true, id: params.id } };
    }),
  ];
}
