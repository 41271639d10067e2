import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  eventStream,
  everySplit,
  fixture,
  fixtureNames,
  frameOf,
  readMessages,
} from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import { eventsOf, gather } from './answer-world.ts';
import { converseUpstream } from './index.ts';

const FOLDER = 'bedrock-converse';
const wholes = fixtureNames(FOLDER, 'json').filter((name) => !name.startsWith('error-'));
const bytesOf = (name: string) => eventStream(readMessages(fixture(`${FOLDER}/${name}.jsonl`)));

test('there is a fixture for everything that the format has', () => {
  assert.ok(wholes.length >= 16);
});

for (const name of wholes) {
  test(`${name}: the stream says what the whole answer says, however it is cut`, () => {
    const answer = converseUpstream.decodeAnswer(fixture(`${FOLDER}/${name}.json`))!;
    const [choice] = answer.choices;
    const whole = {
      parts: choice?.parts,
      stop: choice?.stop,
      stopSequence: choice?.stopSequence,
      usage: answer.usage,
    };
    const bytes = bytesOf(name);
    const once = eventsOf([bytes]);
    assert.deepEqual(gather(once), whole);
    assert.equal(once[0]?.kind, 'begin');
    assert.equal(once.at(-1)?.kind, 'end');
    for (const pieces of everySplit(bytes)) assert.deepEqual(eventsOf(pieces), once);
  });
}

const answerOf = (name: string) => {
  const answer = converseUpstream.decodeAnswer(fixture(`${FOLDER}/${name}.json`))!;
  return { ...answer, ...answer.choices[0]! };
};

test('text, calls and thoughts are read as what they are', () => {
  assert.deepEqual(answerOf('text').parts, [{ type: 'text', text: 'The harbour opens at six.' }]);
  const [said, weather, time] = answerOf('parallel-tool-calls').parts;
  assert.deepEqual(said, { type: 'text', text: 'Both at once.' });
  assert.deepEqual(weather, {
    type: 'toolCall',
    id: 'tooluse_Kx81hPzQTqmVn0aa1',
    name: 'get_weather',
    arguments: '{"city":"Porto"}',
  });
  assert.equal(time?.type === 'toolCall' && time.name, 'get_time');
  const seal = {
    origin: 'converse',
    data: 'Eu4BCkgICxABGAIqQJ3mVhkq7c2v0Kq1ZbJ6yN9rT4wXs8pLd5oA==',
  };
  const text = 'Tides first. High water is at 04:10.';
  assert.deepEqual(answerOf('reasoning').parts[0], { type: 'reasoning', text, seal });
  assert.deepEqual(answerOf('reasoning-redacted').parts[0], {
    type: 'reasoning',
    text: '',
    seal: {
      origin: 'converse',
      data: Buffer.from('encrypted-thoughts-of-the-model').toString('base64'),
      id: 'redacted',
    },
  });
});

test('a call without arguments has an empty object', () => {
  const [call] = answerOf('tool-call-without-arguments').parts;
  assert.equal(call?.type === 'toolCall' && call.arguments, '{}');
});

test('citations keep their place, their quote and their own form', () => {
  const [, cited] = answerOf('citations').parts;
  assert.ok(cited?.type === 'text' && cited.citations?.length === 2);
  const [page, web] = cited.citations;
  assert.deepEqual(
    [page?.kind, page?.title, page?.quote],
    ['document', 'Harbour rules', 'The harbour opens at six.'],
  );
  assert.deepEqual([web?.kind, web?.url], ['url', 'https://tides.example.org/porto']);
  assert.equal(page?.raw?.origin, 'converse');
});

test('tools of the host are opaque, and an answer given by tool is text that ended by itself', () => {
  const { parts, stop } = answerOf('server-tool');
  assert.deepEqual(
    parts.map(({ type }) => type),
    ['opaque', 'opaque', 'text'],
  );
  assert.equal(stop, 'end');
  const structured = answerOf('structured-by-tool');
  assert.deepEqual(structured.parts, [{ type: 'text', text: '{"port":"Porto","opens":6}' }]);
  assert.equal(structured.stop, 'end');
});

test('why it stopped is told in neutral words', () => {
  const stops = Object.fromEntries(wholes.map((name) => [name, answerOf(name).stop]));
  assert.deepEqual(
    [stops.text, stops['parallel-tool-calls'], stops.length, stops['stop-sequence']],
    ['end', 'toolCalls', 'length', 'stopSequence'],
  );
  assert.deepEqual(
    [stops.guardrail, stops['content-filter'], stops['context-length'], stops['malformed-call']],
    ['contentFilter', 'contentFilter', 'contextLength', 'malformedCall'],
  );
  assert.equal(answerOf('stop-sequence').stopSequence, 'three');
});

test('numbers of 64 bits pass through calls as they stand', () => {
  const input = '{"id":9007199254740993123,"rate":1.5}';
  const body = `{"output":{"message":{"role":"assistant","content":[{"toolUse":{"toolUseId":"t","name":"f","input":${input}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":1}}`;
  const [call] = converseUpstream.decodeAnswer(Buffer.from(body))!.choices[0]!.parts;
  assert.equal(call?.type === 'toolCall' && call.arguments, input);
});

test('what is no answer is none', () => {
  const { decodeAnswer } = converseUpstream;
  for (const text of [
    ...['', '{', 'null', '[]', '{"output":null}', '{"output":{"message":{}}}'],
    ...['{"message":"no"}', '{"output":{"message":{"content":"x"}}}', '<html>'],
  ]) {
    assert.equal(decodeAnswer(Buffer.from(text)), undefined, text);
  }
  const odd = { output: { message: { content: [null, 5, {}, { text: 7 }, { toolUse: null }] } } };
  assert.ok(decodeAnswer(Buffer.from(JSON.stringify(odd))));
});

for (const [name, code, status, message] of [
  ['error-throttled', 'throttlingException', 429, /Too many tokens/],
  ['error-model-stream', 'modelStreamErrorException', 500, /worker restarted/],
  ['error-validation-first', 'validationException', 400, /trailing whitespace/],
] as const) {
  test(`${name}: an exception in a stream is an error event, however it is cut`, () => {
    const bytes = bytesOf(name);
    for (const pieces of everySplit(bytes)) {
      const last = eventsOf(pieces).at(-1);
      assert.ok(last?.kind === 'error');
      assert.equal(last.error.code, code);
      assert.equal(last.error.status, status);
      assert.match(last.error.message, message);
    }
  });
}

test('a stream that is cut anywhere neither stops nor ends', () => {
  const bytes = bytesOf('parallel-tool-calls');
  const stopAt = bytes.indexOf('messageStop');
  for (let end = 0; end < stopAt; end += 7) {
    const kinds = eventsOf([bytes.subarray(0, end)]).map(({ kind }) => kind);
    assert.ok(!kinds.includes('stop') && !kinds.includes('end') && !kinds.includes('error'));
  }
});

test('without the metadata a stream has stopped, but the usage may still come', () => {
  const kinds = eventsOf([bytesOf('text-without-usage')]).map(({ kind }) => kind);
  assert.equal(kinds.at(-1), 'stop');
  assert.ok(!kinds.includes('usage') && !kinds.includes('end'));
});

const streamOf = (...messages: Parameters<typeof eventStream>[0]) =>
  eventsOf([eventStream(messages)]);

test('metadata may come before the stop, and a block may change its kind or never be closed', () => {
  const usage = { inputTokens: 3, outputTokens: 2, totalTokens: 5 };
  const index = { contentBlockIndex: 0 };
  const events = streamOf(
    {
      event: 'contentBlockDelta',
      data: { ...index, delta: { reasoningContent: { text: 'Hm.' } } },
    },
    { event: 'contentBlockDelta', data: { ...index, delta: { text: 'Yes' } } },
    { event: 'metadata', data: { usage } },
    { event: 'messageStop', data: { stopReason: 'end_turn' } },
  );
  assert.deepEqual(gather(events).parts, [
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: 'Yes' },
  ]);
  assert.equal(events[0]?.kind, 'begin');
  assert.equal(events.at(-1)?.kind, 'end');
});

test('an image comes in pieces of any length', () => {
  const bytes = Buffer.from(Array.from({ length: 100 }, (_, at) => at));
  const piece = (from: number, to: number) => ({
    event: 'contentBlockDelta',
    data: {
      contentBlockIndex: 0,
      delta: { image: { source: { bytes: bytes.toString('base64', from, to) } } },
    },
  });
  const start = { contentBlockIndex: 0, start: { image: { format: 'jpeg' } } };
  const events = streamOf(
    { event: 'contentBlockStart', data: start },
    ...[piece(0, 7), piece(7, 8), piece(8, 61), piece(61, 100)],
    { event: 'messageStop', data: { stopReason: 'end_turn' } },
  );
  const source = { kind: 'data', data: bytes.toString('base64'), mediaType: 'image/jpeg' };
  assert.deepEqual(gather(events).parts, [{ type: 'image', source }]);
});

test('events, fields and values that are not known are passed over', () => {
  const events = streamOf(
    { event: 'initial-response', data: {} },
    { event: 'somethingNew', data: { a: 1 } },
    { event: 'messageStart', data: { role: 'assistant', later: true } },
    { event: 'contentBlockStart', data: { contentBlockIndex: 0, start: {} } },
    { event: 'contentBlockStart', data: { contentBlockIndex: 0, start: null } },
    { event: 'contentBlockDelta', data: { contentBlockIndex: 0, delta: { hologram: 1 } } },
    {
      event: 'contentBlockDelta',
      data: { contentBlockIndex: 4, delta: { toolUse: { input: 'x' } } },
    },
    { event: 'contentBlockDelta', data: { contentBlockIndex: 0, delta: null } },
    { event: 'contentBlockStop', data: { contentBlockIndex: 9 } },
    { event: 'contentBlockDelta', data: [] },
    { event: 'messageStop', data: { stopReason: 'brand_new' } },
    { event: 'metadata', data: { usage: null } },
  );
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['begin', 'stop', 'end'],
  );
});

test('a payload that is no JSON, and a body that is no event stream, break the stream', () => {
  const frame = frameOf([[':event-type', 'messageStart']], Buffer.from('{"role":'));
  for (const bytes of [frame, Buffer.from('data: {"type":"x"}\n\n')]) {
    assert.throws(() => converseUpstream.openReader().push(bytes), BrokenStream);
  }
});

test('more open blocks than any model has break the stream', () => {
  const reader = converseUpstream.openReader();
  const deltas = Array.from({ length: 1_100 }, (_, at) => ({
    event: 'contentBlockDelta',
    data: { contentBlockIndex: at, delta: { text: 'x' } },
  }));
  assert.throws(() => reader.push(eventStream(deltas)), BrokenStream);
});
