import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '@meridian/testkit';
import { anthropicMessages, messagesUpstream } from '../anthropic-messages/index.ts';
import { chatClient, openaiChat } from '../openai-chat/index.ts';
import { createPassage } from './relay.ts';
import { createTranslation } from './translation.ts';
import { refusalFailure } from './upstream-error.ts';

const VIEW = { shownModel: undefined, requestId: 'r1', createdAt: 7 };
const BODY = Buffer.from(
  '{"model":"m","messages":[{"role":"user","content":"Hi"}],"seed":7,"logit_bias":{"1":5}}',
);
const TARGET = { model: 'claude-sonnet-4-6', canonical: 'claude-sonnet-4-6', includeUsage: true };

const call = openaiChat.decode(BODY);
const passage = createPassage(openaiChat);
const translation = createTranslation(chatClient, messagesUpstream);

test('a passage sends the bytes that came, with the edits that the target needs', () => {
  const same = passage.writeRequest(call, { ...TARGET, model: 'm' });
  assert.equal(same.body, BODY);
  const { body, losses } = passage.writeRequest(call, {
    ...TARGET,
    outputBound: 9,
    outputField: 'max_completion_tokens',
  });
  assert.deepEqual(JSON.parse(body.toString()), {
    ...(JSON.parse(BODY.toString()) as object),
    model: TARGET.model,
    max_completion_tokens: 9,
  });
  assert.deepEqual(losses, []);
});

test("a translation tells what is lost in the client's words", () => {
  const { body, losses } = translation.writeRequest(call, TARGET);
  assert.deepEqual(losses.map(({ field }) => field).sort(), ['logit_bias', 'seed']);
  assert.equal(JSON.parse(body.toString()).model, TARGET.model);
});

test('an answer is shown under the name that the client may see', () => {
  const body = fixture('anthropic-messages/text.json');
  const own = (JSON.parse(body.toString()) as { model: string }).model;
  const shown = (shownModel: string | undefined) =>
    JSON.parse(translation.readWhole(body, call, { ...VIEW, shownModel })?.body.toString() ?? '{}');
  assert.equal(shown(undefined).model, own);
  assert.equal(shown('asked').model, 'asked');
  assert.equal(translation.readWhole(Buffer.from('{}'), call, VIEW), undefined);
});

test('an error that the client may read is left as it is, any other is read', () => {
  const own = Buffer.from('{"error":{"message":"No"}}');
  assert.equal(passage.readError(own), undefined);
  assert.deepEqual(passage.readError(Buffer.from('<html>')), { message: '<html>' });
  assert.equal(translation.readError(own)?.message, 'No');
  const anthropic = createPassage(anthropicMessages);
  assert.equal(
    anthropic.readError(fixture('anthropic-messages/error-529-overloaded.json')),
    undefined,
  );
});

test('a refusal of the upstream becomes one of ours', () => {
  const cases = [
    [400, 'invalid_request', 400],
    [422, 'invalid_request', 400],
    [404, 'model_not_found', 404],
    [413, 'request_too_large', 413],
    [429, 'rate_limit_exceeded', 429],
    [503, 'upstream_error', 502],
  ] as const;
  for (const [status, code, own] of cases) {
    const failure = refusalFailure({ message: 'Too long.', param: 'messages.0' }, status);
    assert.deepEqual([failure.code, failure.status], [code, own]);
    assert.equal(failure.message, 'The upstream refused: Too long.');
    assert.equal(failure.detail.param, undefined);
  }
  const silent = refusalFailure({ message: ' ' }, 400);
  assert.equal(silent.message, 'The upstream refused the request.');
  assert.ok(refusalFailure({ message: 'x'.repeat(9_999) }, 400).message.length < 1_100);
});
