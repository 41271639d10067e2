import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { everySplit, fixture, fixtureNames } from '@meridian/testkit';
import { BrokenStream } from '../dialect.ts';
import type { NeutralAnswer } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { gatherAnswer } from '../neutral/testing/gather-answer.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { GeminiEventReader } from './event-reader.ts';
import { readGeminiAnswer } from './read-answer.ts';

const FOLDER = 'gemini';

/** All events of a stream that came in these pieces. */
function readStream(pieces: readonly Uint8Array[]): readonly AnswerEvent[] {
  const reader = new GeminiEventReader();
  const events = pieces.flatMap((piece) => reader.push(Buffer.from(piece)));
  return [...events, ...reader.end()];
}

const gather = (events: readonly AnswerEvent[]) => gatherAnswer(events).answer;

function whole(name: string): NeutralAnswer {
  const answer = readGeminiAnswer(fixture(`${FOLDER}/${name}.json`));
  assert.ok(answer);
  return answer;
}

const streams = fixtureNames(FOLDER, 'sse');
const pairs = fixtureNames(FOLDER, 'json').filter((name) => streams.includes(name));

test('each kind of answer has its stream', () => {
  assert.equal(pairs.length, 19);
  const alone = streams.filter((name) => !pairs.includes(name));
  assert.deepEqual(alone, [
    'cut',
    'error-in-stream',
    'text-line-feeds',
    'text-without-usage',
    'vertex-streamed-arguments',
  ]);
});

for (const name of pairs) {
  test(`${name}: at every split the stream says what the whole answer says`, () => {
    const bytes = fixture(`${FOLDER}/${name}.sse`);
    const once = readStream([bytes]);
    assert.deepEqual(gather(once), whole(name));
    assert.equal(once.at(-1)?.kind, 'end');
    for (const pieces of everySplit(bytes)) assert.deepEqual(readStream(pieces), once);
  });
}

const at = (name: string) => whole(name).choices[0]!;

describe('what a whole answer says', () => {
  test('text with its usage', () => {
    assert.deepEqual(whole('text'), {
      id: 'tXt1aKf0B4eQxN8P1dLqiQ',
      model: 'gemini-3.8-flash',
      createdAt: 0,
      choices: [
        { index: 0, parts: [{ type: 'text', text: 'The tide turns at noon.' }], stop: 'end' },
      ],
      usage: { ...NO_USAGE, input: 9, output: 6 },
      isSuspicious: false,
    });
  });

  test('thoughts, the seal of the text, cached and thought tokens', () => {
    assert.deepEqual(at('reasoning-and-cache').parts, [
      {
        type: 'reasoning',
        text: '**Weighing tides**\n\nThe moon is full, so the springs are strong.',
      },
      {
        type: 'text',
        text: 'Leave before nine.',
        seal: { origin: 'gemini', data: 'CpcBAXLI2signatureOfTheText==' },
      },
    ]);
    const { usage, serviceTier } = whole('reasoning-and-cache');
    assert.deepEqual(usage, {
      ...NO_USAGE,
      input: 162,
      cacheRead: 2048,
      output: 9,
      reasoning: 77,
    });
    assert.equal(serviceTier, 'default');
  });

  test('parallel calls with their ids, the first one signed', () => {
    const { parts, stop } = at('parallel-tool-calls');
    assert.equal(stop, 'toolCalls');
    assert.deepEqual(parts.slice(1), [
      {
        type: 'toolCall',
        id: 'fc_1',
        name: 'get_weather',
        arguments: '{"city":"Porto"}',
        seal: { origin: 'gemini', data: 'EuIBCt8BsignatureOfTheStep==' },
      },
      {
        type: 'toolCall',
        id: 'fc_2',
        name: 'get_time',
        arguments: '{"zone":"Europe/Lisbon"}',
      },
      { type: 'toolCall', id: 'fc_3', name: 'get_weather', arguments: '{"city":"Faro"}' },
    ]);
  });

  test('a call of Vertex AI gets an id that another reading finds again', () => {
    const [call] = at('vertex-tool-call').parts;
    assert.ok(call?.type === 'toolCall');
    assert.match(call.id, /^call_[0-9a-f]{24}$/);
    assert.deepEqual(at('vertex-tool-call').parts, at('vertex-tool-call').parts);
    assert.equal(whole('vertex-tool-call').createdAt, Date.UTC(2026, 10, 2, 8, 30) / 1000);
    assert.equal(whole('vertex-tool-call').serviceTier, 'priority');
  });

  const stops = [
    ['length', 'length'],
    ['length-without-content', 'length'],
    ['content-filter', 'contentFilter'],
    ['blocked-prompt', 'contentFilter'],
    ['vertex-blocked-prompt', 'contentFilter'],
    ['malformed-call', 'malformedCall'],
    ['several-candidates', 'end'],
  ] as const;
  for (const [name, stop] of stops) {
    test(`${name} stops with ${stop}`, () => assert.equal(at(name).stop, stop));
  }

  test('why a prompt was blocked, where it is told', () => {
    assert.deepEqual(at('blocked-prompt').parts, []);
    assert.deepEqual(at('vertex-blocked-prompt').parts, [
      { type: 'refusal', text: 'Blocked by the template "harbour".' },
    ]);
    assert.deepEqual(whole('blocked-prompt').usage, { ...NO_USAGE, input: 16 });
  });

  test('citations in characters where Google counts bytes, and the metadata as they are', () => {
    const [text, metadata] = at('grounding').parts;
    assert.ok(text?.type === 'text' && metadata?.type === 'opaque');
    const second = text.text.indexOf('It was lit');
    assert.deepEqual(text.citations, [
      {
        kind: 'url',
        url: 'https://lights.example/jorge',
        title: 'lights.example',
        start: 0,
        end: second - 1,
      },
      {
        kind: 'url',
        url: 'https://lights.example/jorge',
        title: 'lights.example',
        start: second,
        end: text.text.length,
      },
      {
        kind: 'url',
        url: 'https://azores.example/topo',
        title: 'azores.example',
        start: second,
        end: text.text.length,
      },
    ]);
    assert.ok('groundingMetadata' in (metadata.value as object));
  });

  test('different searches are units, and what tools gave is input', () => {
    assert.deepEqual(whole('grounding').usage, { ...NO_USAGE, input: 141, output: 14, units: 2 });
  });

  test('a grounded answer of an earlier model is one unit', () => {
    const older = fixture(`${FOLDER}/grounding.json`)
      .toString()
      .replace('gemini-3.8-flash', 'gemini-2.5-flash');
    assert.equal(readGeminiAnswer(Buffer.from(older))?.usage?.units, 1);
  });

  test('code that Google ran stays as it is', () => {
    assert.deepEqual(
      at('code-execution').parts.map((part) => part.type),
      ['text', 'opaque', 'opaque', 'text'],
    );
  });

  test('likelihoods of tokens', () => {
    assert.deepEqual(at('logprobs').logprobs?.[0], {
      token: 'Ebb',
      logprob: -0.05,
      bytes: null,
      top: [
        { token: 'Ebb', logprob: -0.05, bytes: null },
        { token: 'Flood', logprob: -3.2, bytes: null },
      ],
    });
  });

  test('tokens of images and audio apart', () => {
    assert.deepEqual(whole('image').usage, {
      ...NO_USAGE,
      input: 7,
      output: 9,
      outputImage: 1290,
    });
    assert.deepEqual(whole('audio').usage, { ...NO_USAGE, input: 10, outputAudio: 60 });
    assert.deepEqual(whole('unicode').usage, {
      ...NO_USAGE,
      input: 3,
      inputAudio: 2,
      output: 12,
    });
  });

  for (const body of ['', 'null', '[]', '{}', '"text"', '{"error":{"code":500}}', '{"a":']) {
    test(`${JSON.stringify(body)} is no answer`, () => {
      assert.equal(readGeminiAnswer(Buffer.from(body)), undefined);
    });
  }

  for (const body of [
    '{"candidates":[]}',
    '{"candidates":[null,7,{"content":null,"finishReason":null}]}',
    '{"candidates":[{"content":{"parts":[null,{},{"text":7},{"functionCall":{}},{"new":{}}]}}]}',
    '{"candidates":[{"groundingMetadata":{"groundingSupports":[{"groundingChunkIndices":[9]},null]}}]}',
    '{"candidates":[{"finishReason":"SOMETHING_NEW","logprobsResult":{"chosenCandidates":[1]}}]}',
    '{"promptFeedback":{},"usageMetadata":null,"modelVersion":7,"createTime":"no"}',
  ]) {
    test(`${body} is read without an error`, () => {
      assert.ok(readGeminiAnswer(Buffer.from(body)));
    });
  }

  test('numbers in arguments keep all their digits', () => {
    const body = `{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"id":12345678901234567890}}}]},"finishReason":"STOP"}]}`;
    const [call] = readGeminiAnswer(Buffer.from(body))!.choices[0]!.parts;
    assert.ok(call?.type === 'toolCall');
    assert.equal(call.arguments, '{"id":12345678901234567890}');
  });
});

describe('what a stream says', () => {
  const events = (name: string) => readStream([fixture(`${FOLDER}/${name}.sse`)]);

  test('line feeds alone end events too, and comments say nothing', () => {
    assert.deepEqual(gather(events('text-line-feeds')), whole('text'));
  });

  test('without usage there is none', () => {
    assert.equal(gather(events('text-without-usage')).usage, undefined);
  });

  test('a stream that was cut has no stop and no end', () => {
    const kinds = events('cut').map((event) => event.kind);
    assert.ok(!kinds.includes('stop') && !kinds.includes('end'));
    assert.deepEqual(kinds.slice(0, 3), ['begin', 'open', 'delta']);
  });

  test('an error is told with its status', () => {
    assert.deepEqual(
      events('error-in-stream').find((event) => event.kind === 'error'),
      {
        kind: 'error',
        error: {
          message: 'The model is overloaded. Please try again later.',
          code: 'UNAVAILABLE',
          status: 503,
        },
      },
    );
  });

  test('usage is told as it grows, the kind of traffic alone is none', () => {
    const told = events('vertex-tool-call').filter((event) => event.kind === 'usage');
    assert.equal(told.length, 1);
    assert.equal(events('text').filter((event) => event.kind === 'usage').length, 3);
  });

  test('arguments that Vertex AI streams are put together', () => {
    for (const pieces of everySplit(fixture(`${FOLDER}/vertex-streamed-arguments.sse`))) {
      const [call] = gather(readStream(pieces)).choices[0]!.parts;
      assert.ok(call?.type === 'toolCall');
      assert.equal(call.name, 'find_berth');
      assert.deepEqual(JSON.parse(call.arguments), {
        harbour: 'Lagos',
        size: { length: 12.5 },
        tags: ['sail'],
        night: true,
        pilot: null,
      });
      assert.equal(call.seal?.data, 'CiQBVKhc7vertexsignature==');
    }
  });

  test('audio is valid piece by piece and put together', () => {
    const deltas = events('audio').flatMap((event) => (event.kind === 'delta' ? [event.text] : []));
    const joined = Buffer.concat(deltas.map((delta) => Buffer.from(delta, 'base64')));
    assert.equal(joined.toString('base64'), deltas.join(''));
    assert.equal(joined.length, 22);
  });

  test('content behind a stop is not lost', () => {
    const chunk = (text: string) =>
      `data: {"candidates":[{"content":{"parts":[{"text":"${text}"}]},"finishReason":"STOP"}]}\r\n\r\n`;
    const all = readStream([Buffer.from(chunk('a') + chunk('b'))]);
    const text = all.flatMap((event) => (event.kind === 'delta' ? [event.text] : [])).join('');
    assert.equal(text, 'ab');
  });

  for (const data of ['{"candidates":', 'no', '7', '[1]']) {
    test(`${data} breaks the protocol`, () => {
      assert.throws(() => readStream([Buffer.from(`data: ${data}\n\n`)]), BrokenStream);
    });
  }

  for (const data of [
    '{}',
    '{"candidates":null}',
    '{"candidates":[{"index":-1},{"index":1e9},{"index":"x"}]}',
    '{"candidates":[{"content":{"parts":[{"functionCall":{"partialArgs":[{"jsonPath":"$"},{"jsonPath":"$.__proto__.a","stringValue":"x"},7]}}]}}]}',
    '{"unknown":{"deep":[1]}}',
  ]) {
    test(`${data} is read without an error`, () => {
      readStream([Buffer.from(`data: ${data}\n\n`)]);
      assert.equal(({} as { a?: unknown }).a, undefined);
    });
  }
});
