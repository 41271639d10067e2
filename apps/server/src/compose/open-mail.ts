import { createJobRunner, type JobRunner } from '@meridian/core/jobs';
import { systemClock, systemRandom } from '@meridian/core/kernel';
import {
  createMailService,
  createMailWatch,
  MAIL_JOB,
  type MailService,
  SUMMARY_JOB,
} from '@meridian/core/platform';
import type { Events } from '@meridian/core/telemetry';
import { createJobQueue, createMailFacts } from '@meridian/storage';
import type { Config } from '../config.ts';
import { createSmtpSender } from '../upstream/smtp.ts';
import type { Storage } from './open-storage.ts';

const ROOT_ID = 1;
const WATCH_JOB = 'mail_watch';
const WATCH_EVERY_MS = 60_000;

/** What mails are put together from. */
export interface MailParts {
  readonly config: Config;
  readonly storage: Storage;
  readonly events: Events;
}

/** Makes the mails of owners, and sends them from nodes that have the role of a worker. */
export function openMail(parts: MailParts, open: AsyncDisposableStack): MailService {
  const { config, storage, events } = parts;
  const { database, accounts, settings } = storage;
  const queue = createJobQueue({ database });
  const mails = createMailService({
    queue,
    accounts,
    readSettings: (ownerId) => settings.read(ownerId),
    send: createSmtpSender(),
    mayReachPrivate: (ownerId) => ownerId === ROOT_ID || config.allowPrivateUpstreams,
    url: config.publicUrl,
  });
  if (config.roles.has('worker')) open.use(startWorker());
  return mails;

  function startWorker(): JobRunner {
    const facts = createMailFacts({ database });
    const watch = createMailWatch({ facts, queue, clock: systemClock });
    const runner = createJobRunner({
      queue,
      handlers: {
        [MAIL_JOB]: (job) => mails.deliver(job),
        [SUMMARY_JOB]: async ({ payload }) => void (await watch.summarize(payload)),
        [WATCH_JOB]: async () => void (await watch.check()),
      },
      recurring: [{ kind: WATCH_JOB, everyMs: WATCH_EVERY_MS }],
      clock: systemClock,
      random: systemRandom,
      onFault: (error) => events.unexpected(error, 'jobs'),
    });
    runner.start();
    return runner;
  }
}
