import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Reply, sseReply } from '@meridian/testkit';
import { assertAbsent } from './support/canaries.ts';
import {
  type CanaryService,
  PROVIDER_SECRET,
  startCanaryService,
} from './support/canary-service.ts';
import { bareUsage, content, DONE, finish, START } from './support/sse-chunks.ts';

const CHAT = '/v1/chat/completions';

let canary: CanaryService;
before(async () => {
  canary = await startCanaryService();
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(canary);
  await canary.assertSilent();
});

/** The ways in which an upstream could give its key away. */
const ECHOES: Readonly<Record<string, string>> = {
  plain: PROVIDER_SECRET,
  quoted: JSON.stringify(PROVIDER_SECRET).slice(1, -1),
  'in a URL': encodeURIComponent(PROVIDER_SECRET),
  'in base64': Buffer.from(PROVIDER_SECRET).toString('base64'),
};
const HEADERS = {
  'x-echo': PROVIDER_SECRET,
  'www-authenticate': `Bearer realm="${PROVIDER_SECRET}"`,
  'set-cookie': `key=${PROVIDER_SECRET}`,
  'x-request-id': PROVIDER_SECRET,
};

describe('an upstream that gives its own key away', () => {
  for (const status of [400, 401, 403, 404, 408, 413, 422, 429, 500, 503]) {
    test(`in an error ${status}, its headers and its text, whole and streamed`, async () => {
      for (const [index, echo] of Object.values(ECHOES).entries()) {
        const bodies = [
          JSON.stringify({ error: { message: `Key ${echo} is wrong.`, code: echo, param: echo } }),
          `<html>${echo}</html>`,
          `{"error":"${echo}"}`,
          `{"error":{"message":"${'x'.repeat(990)}${echo}"}}`,
        ];
        for (const stream of [false, true]) {
          // A key of its own: the one before may have been sent to sleep.
          await using own = await canary.service.addModel({ secret: PROVIDER_SECRET });
          const body = bodies[(index + (stream ? 1 : 0)) % bodies.length]!;
          own.upstream.enqueue({ status, headers: HEADERS, parts: [body] });
          const seen = await canary.send(CHAT, {
            body: { ...canary.chat(stream), model: own.name },
          });
          assert.ok(seen.status >= 400, seen.text);
          assert.equal(own.upstream.requests.length, 1);
          assertAbsent(`the answer to ${status}`, seen.text, [
            canary.providerKey,
            canary.accountKey,
          ]);
        }
      }
    });
  }

  test('in an answer, whole', async () => {
    const usage = '"usage":{"prompt_tokens":1,"completion_tokens":1}';
    const message = `{"role":"assistant","content":"It is ${PROVIDER_SECRET}."}`;
    canary.model.upstream.enqueue({
      headers: HEADERS,
      parts: [`{"choices":[{"message":${message}}],"x":"${PROVIDER_SECRET}",${usage}}`],
    });
    const seen = await canary.send(CHAT, { body: canary.chat(false) });
    assert.equal(seen.status, 200, seen.text);
    assertAbsent('the answer', seen.text, [canary.providerKey]);
  });

  test('in a stream, in one piece or split anywhere', async () => {
    const text = [
      START,
      content(`It is ${PROVIDER_SECRET}.`),
      finish(),
      bareUsage(1, 1),
      DONE,
    ].join('');
    const at = text.indexOf(PROVIDER_SECRET);
    for (let cut = at; cut <= at + PROVIDER_SECRET.length; cut += 3) {
      const parts = [text.slice(0, cut), text.slice(cut, cut + 5), text.slice(cut + 5)];
      canary.model.upstream.enqueue(sseReply(parts, { headers: HEADERS }));
      const seen = await canary.send(CHAT, { body: canary.chat(true) });
      assert.equal(seen.status, 200, seen.text);
      assert.match(seen.text, /\[DONE\]/);
      assertAbsent('the stream', seen.text, [canary.providerKey]);
    }
  });

  test('in an error within a stream, before and after content', async () => {
    for (const echo of Object.values(ECHOES)) {
      const error = `data: ${JSON.stringify({ error: { message: `Key ${echo}`, code: echo } })}\n\n`;
      for (const parts of [[error], [START, error], [START, content('x'), error]]) {
        await using own = await canary.service.addModel({ secret: PROVIDER_SECRET });
        own.upstream.enqueue(sseReply(parts));
        const seen = await canary.send(CHAT, { body: { ...canary.chat(true), model: own.name } });
        assertAbsent('the error of a stream', seen.text, [canary.providerKey]);
      }
    }
  });

  test('in bytes that are no HTTP, or in half of an answer', async () => {
    const replies: readonly Reply[] = [
      { raw: [`${PROVIDER_SECRET}\r\n\r\n`] },
      { raw: [`HTTP/1.1 200 ${PROVIDER_SECRET}\r\n${PROVIDER_SECRET}\r\n\r\n`] },
      { parts: [`{"x":"${PROVIDER_SECRET}`], contentLength: 500, ending: 'cut' },
      sseReply([START, content('x'), `data: {"x":"${PROVIDER_SECRET}`], { ending: 'reset' }),
      { status: 302, headers: { location: `http://x/${PROVIDER_SECRET}` }, parts: [] },
    ];
    for (const reply of replies) {
      for (const stream of [false, true]) {
        await using own = await canary.service.addModel({ secret: PROVIDER_SECRET });
        own.upstream.enqueue(reply);
        const seen = await canary.send(CHAT, { body: { ...canary.chat(stream), model: own.name } });
        assertAbsent('the answer', seen.text, [canary.providerKey]);
      }
    }
  });
});
