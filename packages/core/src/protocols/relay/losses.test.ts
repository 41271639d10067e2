import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Loss } from '../neutral/request.ts';
import { chatClient } from '../openai-chat/index.ts';
import { droppedHeader, lossesToFailure, nameLosses } from './losses.ts';

const REQUEST = {
  messages: [
    { role: 'system', parts: [] },
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'Look' },
        { type: 'video', source: { kind: 'url', url: 'https://example.com/a.mp4' } },
      ],
    },
  ],
} as const;

function named(...losses: Loss[]) {
  return nameLosses(losses, chatClient, REQUEST);
}

test('a loss has the name that the client gave the thing', () => {
  const losses = named(
    { ability: 'maxOutputTokens', reason: 'no bound' },
    { field: 'safetySettings', reason: 'other vendor' },
    { message: 1, part: 1, reason: 'the model sees no videos' },
    { message: 9, part: 9, reason: 'gone' },
  );
  assert.deepEqual(losses, [
    { field: 'max_completion_tokens', reason: 'no bound' },
    { field: 'safetySettings', reason: 'other vendor' },
    { field: 'messages', reason: 'a video: the model sees no videos' },
    { field: 'messages', reason: 'a content part: gone' },
  ]);
});

test('a refusal names the first field, the reason, the others and the way out', () => {
  const losses = named(
    { ability: 'seed', reason: 'it draws at random' },
    { ability: 'logitBias', reason: 'no' },
    { ability: 'seed', reason: 'again' },
  );
  const failure = lossesToFailure(losses);
  assert.equal(failure?.code, 'unsupported_parameter');
  assert.equal(failure?.status, 400);
  assert.equal(failure?.detail.param, 'seed');
  assert.match(failure?.message ?? '', /'seed'.*it draws at random\..*'logit_bias'/);
  assert.match(failure?.message ?? '', /x-meridian-drop-params: true/);
});

test('nothing lost is nothing refused and nothing told', () => {
  assert.equal(lossesToFailure([]), undefined);
  assert.equal(droppedHeader([]), undefined);
});

test('the header names each dropped field once, in characters that a header takes', () => {
  const losses = named(
    { ability: 'seed', reason: 'a' },
    { ability: 'seed', reason: 'b' },
    { field: 'größe,\r\nx: y', reason: 'c' },
  );
  assert.equal(droppedHeader(losses), 'seed,gr__e___x:_y');
});
