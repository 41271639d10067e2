import type { AccountsStore, Policy } from '../../accounts/index.ts';
import {
  type ClaimedJob,
  type JobQueue,
  type JobState,
  type ListedJob,
  UnrepeatableError,
} from '../../jobs/index.ts';
import { Failure, notFound } from '../../kernel/index.ts';
import { type MailSettings, readMailSettings } from './settings.ts';
import { composeMail, type MailCause, type MailText } from './templates.ts';
import { MAIL_JOB } from './watch.ts';

/** A mail that is ready to leave. */
export interface OutgoingMail extends MailText {
  readonly from: string;
  readonly to: string;
  /** The same for every try of one mail, so that a reader’s program shows it once. */
  readonly id: string;
}

/**
 * Hands a mail to a server. Throws what the server or the network said; `UnrepeatableError` where
 * another try is of no use.
 */
export type SendMail = (
  settings: MailSettings,
  mail: OutgoingMail,
  /** Whether the owner may reach servers in private networks. */
  mayReachPrivate: boolean,
) => Promise<void>;

/** What mails are made of. */
export interface MailServiceDeps {
  readonly queue: Pick<JobQueue, 'list' | 'revive'>;
  readonly accounts: Pick<AccountsStore, 'readPath'>;
  readonly readSettings: (ownerId: number) => Promise<Readonly<Record<string, unknown>>>;
  readonly send: SendMail;
  readonly mayReachPrivate: (ownerId: number) => boolean;
  /** How clients reach the service, for the signature. */
  readonly url: string | undefined;
}

type Page = Parameters<JobQueue['list']>[2];

/** An owner’s mails. */
export interface MailService {
  /** Sends the mail of a job. Without a reader or a server any more it is dropped. */
  deliver(job: ClaimedJob): Promise<void>;
  /** Sends a mail to the address (default: the owner’s own) now; throws a 400 that tells why not. */
  test(policy: Policy, to: string | undefined): Promise<{ readonly to: string }>;
  list(
    policy: Policy,
    state: JobState | undefined,
    page: Page,
  ): Promise<{ readonly entries: readonly ListedJob[]; readonly total: number }>;
  /** Queues a mail anew that was given up; throws `not_found`. */
  retry(policy: Policy, id: number): Promise<void>;
}

function requireOwner(policy: Policy): number {
  if (policy.isOwner) return policy.accountId;
  throw new Failure('permission_denied', { message: 'Only owners send mails.' });
}

/** Mails on the queue and a sender. */
export function createMailService(deps: MailServiceDeps): MailService {
  const { queue, accounts, send } = deps;

  async function readerOf(accountId: number) {
    const account = (await accounts.readPath(accountId))?.accounts.at(-1);
    if (!account) return undefined;
    return {
      to: account.billingEmail ?? account.email,
      reader: { accountId, name: account.name, url: deps.url },
    };
  }

  return {
    async deliver({ ownerId, accountId, payload, key }) {
      if (ownerId === null || accountId === null) throw new UnrepeatableError('a mail to nobody');
      const [found, stored] = await Promise.all([readerOf(accountId), deps.readSettings(ownerId)]);
      const settings = readMailSettings(stored);
      if (!found || !settings) return;
      const text = composeMail(found.reader, payload as MailCause);
      const mail = { ...text, from: settings.from, to: found.to, id: key };
      await send(settings, mail, deps.mayReachPrivate(ownerId));
    },
    async test(policy, to) {
      const ownerId = requireOwner(policy);
      const settings = readMailSettings(await deps.readSettings(ownerId));
      if (!settings) {
        throw new Failure('invalid_request', {
          message: 'EMAIL_SMTP and a sender (XAI_MAIL or EMAIL_AUTH) are needed to send mails.',
          param: 'EMAIL_SMTP',
        });
      }
      const found = await readerOf(ownerId);
      if (!found) throw notFound('Account');
      const address = to ?? found.to;
      const mail = {
        ...composeMail(found.reader, { cause: 'test' }),
        from: settings.from,
        to: address,
      };
      try {
        const id = `test:${ownerId}`;
        await send(settings, { ...mail, id }, deps.mayReachPrivate(ownerId));
      } catch (error) {
        throw new Failure('invalid_request', {
          message: `The mail did not leave: ${error instanceof Error ? error.message : 'unknown error'}`,
          param: 'EMAIL_SMTP',
          cause: error,
        });
      }
      return { to: address };
    },
    list: (policy, state, page) =>
      queue.list(requireOwner(policy), { kind: MAIL_JOB, ...(state && { state }) }, page),
    async retry(policy, id) {
      if (!(await queue.revive(requireOwner(policy), MAIL_JOB, id))) throw notFound('Mail');
    },
  };
}
