import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UnrepeatableError } from '@meridian/core/jobs';
import { Secret } from '@meridian/core/kernel';
import type { MailSettings } from '@meridian/core/platform';
import { createSmtpSender } from '../apps/server/src/upstream/smtp.ts';
import { SMTP_AUTHORITY, startSmtp } from './support/smtp/smtp-process.ts';

const mail = {
  from: 'billing@acme.example',
  to: 'ops@customer.example',
  subject: 'Ünïcode: the balance is low',
  text: 'Hello,\n\nyou have $0.5 left.\n',
  id: 'mail:low_balance:42:202611',
};

function settings(port: number, more: Partial<MailSettings> = {}): MailSettings {
  return { host: 'localhost', port, hasTls: true, from: mail.from, auth: undefined, ...more };
}

function login(password: string): MailSettings['auth'] {
  return { user: 'billing@acme.example', password: new Secret(password) };
}

describe('a mail is handed to an SMTP server', () => {
  const send = createSmtpSender({ authorities: SMTP_AUTHORITY });

  test('over STARTTLS, with a login, as it was written', async () => {
    const user = { name: 'billing@acme.example', password: 'right' };
    await using smtp = await startSmtp({ user });
    await send(settings(smtp.port, { auth: login('right') }), mail, true);
    await smtp.received(1);
    const [taken] = smtp.mails;
    assert.deepEqual([taken?.from, taken?.to, taken?.isSecure], [mail.from, [mail.to], true]);
    assert.match(taken?.raw ?? '', /^Subject: =\?UTF-8\?/m);
    assert.match(taken?.raw ?? '', /^Message-ID: <mail\.low_balance\.42\.202611@acme\.example>/m);
    assert.match(taken?.raw ?? '', /^Auto-Submitted: auto-generated/m);
    assert.match(taken?.raw ?? '', /you have \$0\.5 left\./);
  });

  test('a wrong password is told, and never the password', async () => {
    await using smtp = await startSmtp({
      user: { name: 'billing@acme.example', password: 'right' },
    });
    await assert.rejects(
      send(settings(smtp.port, { auth: login('canary-wrong') }), mail, true),
      (error: Error) => /535/.test(error.message) && !error.message.includes('canary-wrong'),
    );
    assert.deepEqual(smtp.mails, []);
  });

  test('without TLS on the other side nothing is sent, unless TLS is switched off', async () => {
    await using smtp = await startSmtp({ hasTls: false });
    await assert.rejects(send(settings(smtp.port), mail, true));
    assert.deepEqual(smtp.mails, []);
    await send(settings(smtp.port, { hasTls: false }), mail, true);
    await smtp.received(1);
    assert.deepEqual(
      smtp.mails.map(({ isSecure }) => isSecure),
      [false],
    );
  });

  test('a certificate that nobody vouches for is refused', async () => {
    await using smtp = await startSmtp();
    await assert.rejects(
      createSmtpSender()(settings(smtp.port), mail, true),
      /self-signed|signed certificate/,
    );
    assert.deepEqual(smtp.mails, []);
  });

  test('a mailbox that does not exist is not tried again, a busy server is', async () => {
    await using smtp = await startSmtp({ unknownRecipient: 'gone@customer.example', busyFor: 1 });
    const gone = { ...mail, to: 'gone@customer.example' };
    await assert.rejects(send(settings(smtp.port), gone, true), UnrepeatableError);
    await assert.rejects(
      send(settings(smtp.port), mail, true),
      (error) => !(error instanceof UnrepeatableError) && /451/.test(String(error)),
    );
    await send(settings(smtp.port), mail, true);
    await smtp.received(1);
  });

  test('an owner does not reach servers inside the network, by name or by address', async () => {
    await using smtp = await startSmtp();
    for (const host of ['localhost', '127.0.0.1', '169.254.169.254']) {
      await assert.rejects(
        send(settings(smtp.port, { host }), mail, false),
        (error) => error instanceof UnrepeatableError && /must not be reached/.test(error.message),
      );
    }
    assert.deepEqual(smtp.mails, []);
  });
});
