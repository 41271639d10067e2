import type { ListedJob } from '@meridian/core/jobs';
import { notFound } from '@meridian/core/kernel';
import type { News } from '@meridian/core/platform';
import type { RouteServices } from './index.ts';

const AT_MS = Date.UTC(2026, 10, 22, 10, 30);

const news: News = {
  id: 123,
  kind: 'account',
  audienceDna: '.1.42.',
  authorId: 1,
  title: 'Balance alert',
  content: 'Please recharge.',
  createdAt: AT_MS,
  expiresAt: AT_MS + 86_400_000,
};

const mail: ListedJob = {
  id: 9,
  kind: 'mail',
  key: 'mail:soft_limit:42:202611',
  ownerId: 42,
  accountId: 42,
  payload: { cause: 'soft_limit', spent: '8', limit: '8' },
  state: 'dead',
  attempts: 7,
  runAt: AT_MS,
  error: 'connect ECONNREFUSED',
  createdAt: AT_MS,
  endedAt: AT_MS,
};

/** The operation log, mails and news of account 42. */
export function createTestNotices(
  note: (service: string, ...args: unknown[]) => void,
): Pick<RouteServices, 'log' | 'news' | 'mails' | 'margins'> {
  const known = (target: string | undefined): void => {
    if (target !== undefined && target !== '42') throw notFound('Account');
  };
  return {
    log: {
      async list(viewer, filter, page) {
        note('logs', viewer, filter, page);
        const line = {
          id: 5,
          at: AT_MS,
          action: 'update_user',
          operatorId: 1,
          operatorName: 'root',
          targetId: 42,
          targetName: 'acme',
          targetDna: '.1.42.',
          address: null,
          status: 'success' as const,
          changes: { RPM: [10, 20] as const, Alias: [null, 'Acme'] as const },
          chain: { ownerId: 1, seq: 5, hash: 'ab'.repeat(32) },
        };
        return { entries: [line], total: 25 };
      },
    },
    margins: {
      async report(_caller, query) {
        note('margin', query);
        const figures = { requests: 2, revenue: '3', revenue_shown: '4.5', cost: '1', margin: '2' };
        const sums = { ...figures, requests_without_cost: 0 };
        const data = [{ key: '2026-11-22', name: null, ...sums }];
        const days = { start: '2026-11-01', end: '2026-11-22' };
        return { object: 'margin_report', ...days, by: 'day', data, total: sums };
      },
    },
    mails: {
      list: async () => ({ entries: [mail], total: 1 }),
      async test(_policy, to) {
        note('testMail', to);
        return { to: to ?? 'ops@acme.example' };
      },
      async retry(_policy, id) {
        note('retryMail', id);
        if (id !== 9) throw notFound('Mail');
      },
    },
    news: {
      async post(_actor, target, body) {
        note('postNews', target, body);
        known(target);
        return news;
      },
      async removeOne(_actor, id) {
        note('removeOneNews', id);
        return 1;
      },
      async removeAll(_actor, target) {
        note('removeAllNews', target);
        known(target);
        return 2;
      },
      list: async () => ({ entries: [news], total: 1 }),
      read: async () => ({ system: [news], user: [] }),
    },
  };
}
