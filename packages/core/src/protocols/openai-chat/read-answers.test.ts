import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everySplit, fixture, fixtureNames } from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import type { Choice, NeutralAnswer } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { gatherAnswer } from '../neutral/testing/gather-answer.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { chatUpstream } from './index.ts';

const FOLDERS = ['openai-chat', 'openai-chat-vendors'] as const;

function whole(path: string): NeutralAnswer {
  const answer = chatUpstream.decodeAnswer(fixture(`${path}.json`));
  assert.ok(answer);
  return answer;
}

function read(pieces: readonly Uint8Array[]): readonly AnswerEvent[] {
  const reader = chatUpstream.openReader();
  const events = pieces.flatMap((piece) => [...reader.push(Buffer.from(piece))]);
  return [...events, ...reader.end()];
}

function stream(path: string): readonly AnswerEvent[] {
  return read([fixture(`${path}.sse`)]);
}

function vendor(name: string): Choice {
  const [choice] = whole(`openai-chat-vendors/${name}`).choices;
  assert.ok(choice);
  return choice;
}

/** What a stream cannot say as a whole answer does. */
function comparable(answer: NeutralAnswer): unknown {
  const { choices, ...rest } = answer;
  return {
    ...rest,
    choices: choices.map((choice) => ({
      ...choice,
      // A stream's samples are raw; a whole answer says nothing about its format.
      parts: choice.parts.map((part) => (part.type === 'audio' ? { ...part, source: '' } : part)),
    })),
  };
}

for (const folder of FOLDERS) {
  const names = fixtureNames(folder, 'json').filter((name) => !name.startsWith('error-'));
  for (const name of names) {
    test(`${name}: the stream says what the whole answer says`, () => {
      const { answer, isStopped, isEnded } = gatherAnswer(stream(`${folder}/${name}`));
      assert.deepEqual(comparable(answer), comparable(whole(`${folder}/${name}`)));
      assert.ok(isStopped && isEnded);
    });
  }
}

for (const name of ['openrouter-reasoning', 'azure-content-filter', 'custom-call']) {
  test(`${name}: a stream reads the same however its bytes are cut`, () => {
    const bytes = fixture(`openai-chat-vendors/${name}.sse`);
    const expected = read([bytes]);
    for (const pieces of everySplit(bytes, { random: 5 })) assert.deepEqual(read(pieces), expected);
  });
}

test('thoughts of DeepSeek stand before its text', () => {
  assert.deepEqual(vendor('deepseek-reasoning').parts, [
    { type: 'reasoning', text: 'Three times three.' },
    { type: 'text', text: 'Nine.' },
  ]);
});

test('thoughts of OpenRouter keep all that they need to be sent back', () => {
  const [thought, text, ...calls] = vendor('openrouter-reasoning').parts;
  const detail = { type: 'reasoning.text', signature: 'EqQBsig==', format: 'anthropic-claude-v1' };
  assert.ok(thought?.type === 'reasoning');
  assert.deepEqual(JSON.parse(thought.seal?.data ?? ''), detail);
  assert.equal(thought.seal?.origin, 'chat');
  assert.deepEqual(
    [thought.text, text],
    ['Two tools are needed.', { type: 'text', text: 'Let me look.' }],
  );
  assert.equal(calls.length, 2);
  assert.equal(vendor('openrouter-reasoning').stop, 'toolCalls');
});

test('encrypted reasoning is thoughts without text', () => {
  const parts = vendor('openrouter-encrypted').parts;
  assert.deepEqual(
    parts.map((part) => [part.type, 'text' in part ? part.text : '']),
    [
      ['reasoning', '**Weighing it**'],
      ['reasoning', ''],
      ['text', 'Yes.'],
    ],
  );
});

test('thoughts of Mistral come out of the content', () => {
  const { parts, stop } = vendor('mistral-thinking');
  assert.deepEqual(parts, [
    { type: 'reasoning', text: 'Short word, long word.' },
    { type: 'text', text: 'Sky' },
  ]);
  assert.equal(stop, 'contextLength');
});

test("Azure's filter reports are no answers, and a filter's cut is told", () => {
  const { answer } = gatherAnswer(stream('openai-chat-vendors/azure-content-filter'));
  assert.equal(answer.id, 'chatcmpl-az1');
  assert.equal(answer.choices.length, 1);
  assert.equal(answer.choices[0]?.stop, 'contentFilter');
});

test('calls under one index but with ids of their own are two calls', () => {
  const { answer } = gatherAnswer(stream('openai-chat-vendors/gemini-compatible-calls'));
  const calls = answer.choices[0]?.parts ?? [];
  assert.deepEqual(
    calls.map((part) => part.type === 'toolCall' && [part.id, part.name, part.seal?.data]),
    [
      ['function-call-11', 'get_weather', 'CvkBsig=='],
      ['function-call-12', 'get_time', undefined],
    ],
  );
  assert.equal(answer.choices[0]?.stop, 'toolCalls', 'although the vendor says stop');
});

test('calls without index or id go on with the last one', () => {
  const call = (fields: object) => ({ choices: [{ index: 0, delta: { tool_calls: [fields] } }] });
  const chunks = [
    call({ function: { name: 'find', arguments: '{"a"' } }),
    call({ function: { arguments: ':1}' } }),
    { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  ];
  const { answer } = gatherAnswer(read(chunks.map((chunk) => event(chunk))));
  assert.deepEqual(answer.choices[0]?.parts, [
    { type: 'toolCall', id: 'call_0', name: 'find', arguments: '{"a":1}' },
  ]);
});

test('interleaved calls keep their own arguments', () => {
  const call = (index: number, text: string, rest: object = {}) => ({
    index,
    ...rest,
    function: { arguments: text },
  });
  const named = (index: number, name: string) => ({
    index,
    id: name,
    function: { name, arguments: '' },
  });
  const deltas = [
    [named(0, 'a'), named(1, 'b')],
    [call(1, '{"x":')],
    [call(0, '{}')],
    [call(1, '2}')],
  ];
  const chunks = [
    ...deltas.map((calls) => ({ choices: [{ index: 0, delta: { tool_calls: calls } }] })),
    { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
  ];
  const { answer } = gatherAnswer(read(chunks.map((chunk) => event(chunk))));
  assert.deepEqual(
    answer.choices[0]?.parts.map((part) => part.type === 'toolCall' && part.arguments),
    ['{}', '{"x":2}'],
  );
});

test('sources that are told for the whole answer become citations of its text', () => {
  const [text] = vendor('perplexity-search').parts;
  assert.deepEqual(text, {
    type: 'text',
    text: 'Twice a day [1][2].',
    citations: [
      { kind: 'url', url: 'https://example.org/tides', title: 'Tides' },
      { kind: 'url', url: 'https://example.org/moon', title: 'The Moon' },
    ],
  });
});

test('a stop sequence that the upstream names is told', () => {
  const { stop, stopSequence } = vendor('vllm-stop-sequence');
  assert.deepEqual([stop, stopSequence], ['stopSequence', 'three']);
});

test('usage is taken apart as each vendor puts it together', () => {
  const usages = {
    'deepseek-reasoning': { input: 14, cacheRead: 16, output: 8, reasoning: 12 },
    'openrouter-reasoning': {
      input: 50,
      cacheRead: 40,
      cacheWrite5m: 30,
      output: 35,
      reasoning: 25,
    },
    'qwen-cache': { input: 200, cacheWrite5m: 1_800, output: 5 },
    'gemini-compatible-calls': { input: 40, output: 18, reasoning: 32 },
    'openrouter-image': { input: 6, output: 10, outputImage: 1_290 },
    audio: { input: 8, inputAudio: 12, output: 10, outputAudio: 30 },
  };
  for (const [name, usage] of Object.entries(usages)) {
    const answer = whole(`openai-chat-vendors/${name}`);
    assert.deepEqual(answer.usage, { ...NO_USAGE, ...usage }, name);
  }
});

test('an error in a stream is told, with the status that it stands for', () => {
  const { error, isStopped } = gatherAnswer(stream('openai-chat-vendors/openrouter-error'));
  assert.deepEqual(error, { message: 'The provider went away.', status: 502 });
  assert.equal(isStopped, false);
});

test('a late usage behind the end marker is read', () => {
  const usage = { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 };
  const events = read([Buffer.from('data: [DONE]\n\n'), event({ choices: [], usage })]);
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['end', 'usage'],
  );
});

test('what is not known, empty or null is passed over', () => {
  const chunks = [
    {},
    { id: 'x', choices: null },
    { choices: [null, 7, { index: 0 }, { index: 0, delta: null }] },
    {
      choices: [{ index: 0, delta: { content: null, tool_calls: null, x: 1 }, y: 2 }],
      usage: null,
    },
    {
      choices: [
        { index: 999_999, delta: { content: 'far' } },
        { index: -1, delta: {} },
      ],
    },
    { choices: [{ index: 0, delta: { tool_calls: [null, 3], audio: {}, images: [{}] } }] },
    { object: 'something.else', type: 'ping' },
  ];
  const events = read([Buffer.from(': hi\n\nevent: odd\n\n'), ...chunks.map(event)]);
  assert.ok(events.every(({ kind }) => kind === 'begin' || kind === 'open' || kind === 'close'));
});

test('broken JSON breaks the stream', () => {
  for (const data of ['{"id":', '[]', '7', '"x"']) {
    assert.throws(() => read([Buffer.from(`data: ${data}\n\n`)]), BrokenStream, data);
  }
});

test('what is no answer is none', () => {
  for (const body of ['', '{', '[]', '{}', '{"choices":{}}', '{"error":{"message":"x"}}']) {
    assert.equal(chatUpstream.decodeAnswer(Buffer.from(body)), undefined, body);
  }
});

test('half an answer still is one', () => {
  const answer = chatUpstream.decodeAnswer(Buffer.from('{"choices":[null,{"message":{}}]}'));
  assert.deepEqual(
    answer?.choices.map(({ index, parts, stop }) => [index, parts, stop]),
    [
      [0, [], 'end'],
      [1, [], 'end'],
    ],
  );
  assert.equal(answer?.usage, undefined);
});

function event(chunk: unknown): Buffer {
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}
