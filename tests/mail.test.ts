import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createPostgres, type Database } from '@meridian/storage';
import { type World, world } from '@meridian/testkit';
import { SMTP_AUTHORITY_FILE, type SmtpProcess, startSmtp } from './support/smtp/smtp-process.ts';
import { until } from './support/until.ts';

const PASSWORD = 'canary-mail-password';

describe('an owner’s mails leave by its own mail server', () => {
  let here: World;
  let smtp: SmtpProcess;
  let database: Database;

  before(async () => {
    const user = { name: 'billing@acme.example', password: PASSWORD };
    smtp = await startSmtp({ user, unknownRecipient: 'gone@customer.example' });
    here = await world({ env: { NODE_EXTRA_CA_CERTS: SMTP_AUTHORITY_FILE } });
    database = await createPostgres({ url: here.database.url ?? '', poolSize: 1 });
    await here.root.call('PUT', '/x-config', {
      EMAIL_SMTP: 'localhost',
      EMAIL_PORT: String(smtp.port),
      EMAIL_AUTH: user.name,
      EMAIL_PASS: PASSWORD,
      EMAIL_TLS: 'true',
      XAI_MAIL: 'noreply@acme.example',
    });
  });
  after(async () => {
    await database[Symbol.asyncDispose]();
    await here[Symbol.asyncDispose]();
    await smtp[Symbol.asyncDispose]();
  });

  /** The watch looks once a minute; this is the next minute. */
  const look = (name: string) =>
    database.query(
      `insert into jobs (kind, key, payload, keep_until) values ('mail_watch', $1, '{}', now())`,
      [name],
    );

  test('a test arrives, over TLS', async () => {
    const sent = await here.root.call('POST', '/x-mail/test', { to: 'ops@customer.example' });
    assert.deepEqual(sent, { success: true, to: 'ops@customer.example' });
    await smtp.received(1);
    const [mail] = smtp.mails;
    assert.deepEqual(
      [mail?.from, mail?.to, mail?.isSecure],
      ['noreply@acme.example', ['ops@customer.example'], true],
    );
  });

  test('a test that fails tells why, and nothing of the password', async () => {
    const answer = await here.root.request('POST', '/x-mail/test', {
      body: { to: 'gone@customer.example' },
    });
    assert.equal(answer.status, 400);
    const { text } = answer;
    assert.match(text, /550/);
    assert.ok(!text.includes(PASSWORD));
  });

  test('new accounts and replaced keys are told once, by whichever node is first', async () => {
    await using other = await here.addNode();
    assert.ok(other.url);
    const { api, id } = await here.addAccount({ Email: 'new@customer.example' });
    const today = new Date().toISOString().slice(0, 10);
    const rotated = await api.call<{ rotate: { key: string } }>('POST', '/x-self', {
      confirm: `${today}-ROTATE-SELF`,
    });
    await look('first');
    await look('second');
    // The world's first account is new as well.
    await smtp.received(4);
    await look('third');
    const mine = smtp.mails.filter(({ to }) => to.includes('new@customer.example'));
    const subjects = mine.map(({ raw }) => /^Subject: (.*)$/m.exec(raw)?.[1]?.trim());
    assert.deepEqual(subjects.toSorted(), [
      'Your account customer-2 is ready',
      'customer-2: the secret key was replaced',
    ]);
    for (const { raw } of mine) assert.ok(!raw.includes(rotated.rotate.key.slice(0, 12)));
    await until('both are done', async () => {
      const { mails } = await here.root.call<{ mails: { account_id: number }[] }>(
        'GET',
        '/x-mail?state=done',
      );
      return mails.filter(({ account_id }) => account_id === id).length === 2 || undefined;
    });
  });

  test('what cannot be delivered is in the view of the dead, and can be tried again', async () => {
    const { id } = await here.addAccount({ Email: 'gone@customer.example' });
    await look('fourth');
    const dead = async () => {
      const { mails } = await here.root.call<{
        mails: { id: number; account_id: number; error: string; attempts: number }[];
      }>('GET', '/x-mail?state=dead');
      return mails.find(({ account_id }) => account_id === id);
    };
    const found = await until('the mail is given up', dead);
    assert.match(found.error, /550/);
    assert.equal(found.attempts, 1);
    const retried = await here.root.call('POST', `/x-mail/${found.id}/retry`);
    assert.deepEqual(retried, { success: true, id: found.id });
    const missing = await here.root.request('POST', '/x-mail/999999/retry');
    assert.equal(missing.status, 404);
  });

  test('who is no owner sees and sends none', async () => {
    for (const [method, path] of [
      ['GET', '/x-mail'],
      ['POST', '/x-mail/test'],
      ['POST', '/x-mail/1/retry'],
    ] as const) {
      const answer = await here.account.api.request(method, path);
      assert.equal(answer.status, 403, path);
    }
  });
});
