import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { BrokenStream } from '../dialect.ts';
import type { BlockHead } from '../neutral/answer.ts';
import type { AnswerEvent } from '../neutral/events.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import { decodeResponses } from './decode.ts';
import { responsesClient, responsesUpstream } from './index.ts';
import { judgeStream, readEvents } from './testing/event-grammar.ts';

const SHOWN = {
  model: 'asked',
  requestId: '01990000-aaaa-7bbb-8ccc-dddddddddddd',
  createdAt: 1_764_000_000,
};
const HEX = '01990000aaaa7bbb8cccdddddddddddd';
const BEGIN: AnswerEvent = { kind: 'begin', id: 'msg_claude', model: 'up', createdAt: 0 };
const USAGE = { ...NO_USAGE, input: 3, output: 2 };

const open = (block: number, head: BlockHead): AnswerEvent => ({
  kind: 'open',
  choice: 0,
  block,
  head,
});
const say = (block: number, text: string): AnswerEvent => ({
  kind: 'delta',
  choice: 0,
  block,
  text,
});
const close = (block: number): AnswerEvent => ({ kind: 'close', choice: 0, block });
const stop = (reason: Extract<AnswerEvent, { kind: 'stop' }>['reason']): AnswerEvent => ({
  kind: 'stop',
  choice: 0,
  reason,
});

function openWriter(request?: object) {
  const call = request && decodeResponses(Buffer.from(JSON.stringify({ model: 'm', ...request })));
  return responsesClient.openWriter({ ...SHOWN, wantsUsage: true, ...(call && { call }) });
}

function write(events: readonly AnswerEvent[], request?: object): string {
  const writer = openWriter(request);
  return events.map((event) => writer.write(event)).join('') + writer.finish(USAGE);
}

const finalOf = (events: readonly AnswerEvent[], request?: object) =>
  judgeStream(write(events, request)).response;

describe('a stream', () => {
  test('has ids of this wire, made of our id of the request', () => {
    const text: BlockHead = { type: 'text' };
    const call: BlockHead = { type: 'toolCall', id: 'toolu_1', name: 'f' };
    const response = finalOf([
      BEGIN,
      open(0, text),
      say(0, 'A'),
      close(0),
      open(1, call),
      close(1),
    ]);
    assert.equal(response.id, `resp_${HEX}`);
    assert.deepEqual(
      response.output.map(({ id }: { id: string }) => id),
      [`msg_${HEX}0000`, `fc_${HEX}0001`],
    );
    assert.equal(response.output[1].call_id, 'toolu_1');
    assert.equal(response.model, 'asked');
    assert.equal(response.created_at, SHOWN.createdAt);
  });

  test('keeps stop reason and usage for its end', () => {
    const writer = openWriter();
    const before = [
      BEGIN,
      open(0, { type: 'text' }),
      say(0, 'A'),
      close(0),
      stop('end'),
      { kind: 'usage', usage: USAGE, isSuspicious: false } as const,
    ].map((event) => writer.write(event));
    assert.ok(!before.join('').includes('"completed"'));
    assert.deepEqual(before.slice(4), ['', '']);
    const [last] = readEvents(writer.finish(USAGE)).slice(-1);
    assert.equal(last?.type, 'response.completed');
    assert.equal(last?.response.usage.total_tokens, 5);
  });

  test('puts contents that follow each other into one message, and others between messages', () => {
    const response = finalOf([
      BEGIN,
      open(0, { type: 'text' }),
      say(0, 'A'),
      close(0),
      open(1, { type: 'text' }),
      say(1, 'B'),
      close(1),
      open(2, { type: 'reasoning' }),
      say(2, 'Hm'),
      close(2),
      open(3, { type: 'text' }),
      say(3, 'C'),
      close(3),
    ]);
    const shape = response.output.map((item: { type: string; content?: unknown[] }) => [
      item.type,
      item.content?.length,
    ]);
    assert.deepEqual(shape, [
      ['message', 2],
      ['reasoning', undefined],
      ['message', 1],
    ]);
  });

  test('may have parallel calls that grow in turns', () => {
    const response = finalOf([
      BEGIN,
      open(0, { type: 'toolCall', id: 'a', name: 'f' }),
      open(1, { type: 'toolCall', id: 'b', name: 'g' }),
      say(0, '{"x"'),
      say(1, '{"y"'),
      say(0, ':1}'),
      say(1, ':2}'),
      close(1),
      close(0),
      stop('toolCalls'),
    ]);
    assert.deepEqual(
      response.output.map((item: { arguments: string }) => item.arguments),
      ['{"x":1}', '{"y":2}'],
    );
  });

  test('keeps the grammar where text still grows behind a call', () => {
    const response = finalOf([
      BEGIN,
      open(0, { type: 'text' }),
      say(0, 'A'),
      open(1, { type: 'toolCall', id: 'a', name: 'f' }),
      say(0, 'B'),
      open(2, { type: 'text' }),
      say(2, 'C'),
      close(0),
      close(2),
      say(1, '{}'),
      close(1),
    ]);
    assert.deepEqual(
      response.output.map((item: { type: string }) => item.type),
      ['message', 'function_call', 'message'],
    );
  });

  test('shows no block that stayed empty, and an empty object for a call without arguments', () => {
    const response = finalOf([
      BEGIN,
      open(0, { type: 'text' }),
      close(0),
      open(1, { type: 'reasoning' }),
      close(1),
      open(2, { type: 'toolCall', id: 'a', name: 'f' }),
      close(2),
    ]);
    assert.equal(response.output.length, 1);
    assert.equal(response.output[0].arguments, '{}');
  });

  test('says what is spoken, and draws what is drawn', () => {
    const response = finalOf([
      BEGIN,
      open(0, { type: 'audio', mediaType: 'audio/wav' }),
      say(0, 'UklGRg=='),
      { kind: 'note', choice: 0, block: 0, note: { transcript: 'Hello' } },
      close(0),
      open(1, { type: 'image', mediaType: 'image/jpeg' }),
      say(1, '/9j/'),
      say(1, '4AAQ'),
      close(1),
    ]);
    assert.equal(response.output[0].content[0].text, 'Hello');
    assert.equal(response.output[1].result, '/9j/4AAQ');
    assert.equal(response.output[1].output_format, 'jpeg');
  });

  test('has only the first of several answers', () => {
    const other = { ...open(1, { type: 'text' }), choice: 1 } as AnswerEvent;
    const more = { ...say(1, 'B'), choice: 1 } as AnswerEvent;
    const response = finalOf([
      BEGIN,
      open(0, { type: 'text' }),
      say(0, 'A'),
      other,
      more,
      close(0),
    ]);
    assert.equal(response.output[0].content.length, 1);
  });

  test('of log probabilities has them in the deltas and in what is done', () => {
    const logprobs = [{ token: 'A', logprob: -1, bytes: [65], top: [] }];
    const response = finalOf([
      BEGIN,
      open(0, { type: 'text' }),
      say(0, 'A'),
      { kind: 'note', choice: 0, block: 0, note: { logprobs } },
      close(0),
    ]);
    assert.deepEqual(response.output[0].content[0].logprobs, [
      { token: 'A', logprob: -1, bytes: [65], top_logprobs: [] },
    ]);
  });
});

describe('seals of other vendors', () => {
  const seal = { origin: 'gemini', data: 'c2ln' } as const;

  test('stand in the thoughts that they seal', () => {
    const own = { origin: 'messages', data: 'sig' } as const;
    const { output } = finalOf([
      BEGIN,
      open(0, { type: 'reasoning' }),
      say(0, 'Hm'),
      { kind: 'note', choice: 0, block: 0, note: { seal: own } },
      close(0),
    ]);
    assert.equal(output[0].encrypted_content, 'meridian:messages::sig');
  });

  test('ride in an item of their own behind a call, and come back to it', () => {
    const { output } = finalOf([
      BEGIN,
      open(0, { type: 'toolCall', id: 'c1', name: 'f' }),
      { kind: 'note', choice: 0, block: 0, note: { seal } },
      close(0),
    ]);
    assert.equal(output[1].type, 'reasoning');
    assert.deepEqual(output[1].summary, []);
    const call = decodeResponses(Buffer.from(JSON.stringify({ model: 'm', input: output })));
    assert.deepEqual(responsesClient.decodeRequest(call).messages, [
      {
        role: 'assistant',
        parts: [{ type: 'toolCall', id: 'c1', name: 'f', arguments: '{}', seal }],
      },
    ]);
  });
});

describe('how a stream ends', () => {
  const said = [BEGIN, open(0, { type: 'text' }), say(0, 'A')];
  const ENDS: readonly (readonly [string, string, string | null])[] = [
    ['end', 'completed', null],
    ['toolCalls', 'completed', null],
    ['stopSequence', 'completed', null],
    ['pause', 'completed', null],
    ['length', 'incomplete', 'max_output_tokens'],
    ['contextLength', 'incomplete', 'max_output_tokens'],
    ['contentFilter', 'incomplete', 'content_filter'],
    ['refusal', 'incomplete', 'content_filter'],
    ['malformedCall', 'failed', null],
    ['error', 'failed', null],
  ];
  for (const [reason, status, detail] of ENDS) {
    test(`${reason} is ${status}`, () => {
      const response = finalOf([...said, close(0), stop(reason as 'end')]);
      assert.equal(response.status, status);
      assert.equal(response.incomplete_details?.reason ?? null, detail);
      assert.equal(response.error === null, status !== 'failed');
    });
  }

  test('a refusal in words is an answer', () => {
    const response = finalOf([
      BEGIN,
      open(0, { type: 'refusal' }),
      say(0, 'No.'),
      close(0),
      stop('refusal'),
    ]);
    assert.equal(response.status, 'completed');
    assert.deepEqual(response.output[0].content, [{ type: 'refusal', refusal: 'No.' }]);
  });

  test('what is cut is incomplete', () => {
    const response = finalOf([
      ...said,
      close(0),
      open(1, { type: 'toolCall', id: 'c', name: 'f' }),
      say(1, '{"a'),
      stop('length'),
    ]);
    assert.equal(response.output[0].status, 'completed');
    assert.equal(response.output[1].status, 'incomplete');
    assert.equal(response.output[1].arguments, '{"a');
  });

  test('an error is told as an event and as a failed response', () => {
    const writer = openWriter();
    const error = { message: 'Overloaded.', code: 'overloaded_error' };
    const text = [...said, { kind: 'error', error } as const].map((event) => writer.write(event));
    const events = readEvents(text.join(''));
    const { response } = judgeStream(text.join(''));
    assert.equal(response.status, 'failed');
    // A failed response has codes of its own; the event may have any.
    assert.deepEqual(response.error, { code: 'server_error', message: 'Overloaded.' });
    const told = events.find(({ type }) => type === 'error');
    assert.equal(told?.code, 'overloaded_error');
    assert.equal(told?.error.message, 'Overloaded.');
    assert.equal(told?.message, 'Overloaded.');
  });

  test('an answer without anything is still a response', () => {
    const response = finalOf([stop('end')]);
    assert.deepEqual(response.output, []);
    assert.equal(response.status, 'completed');
  });
});

describe('a response repeats the settings of its request', () => {
  test('as they were sent, without credentials', () => {
    const request = {
      input: 'Hi',
      instructions: 'Be nice',
      tools: [
        { type: 'function', name: 'f' },
        { type: 'mcp', server_label: 'x', authorization: 'secret', headers: { a: 'secret' } },
      ],
      tool_choice: 'required',
      text: { format: { type: 'json_object' }, verbosity: 'low' },
      reasoning: { effort: 'low' },
      temperature: 0.5,
      top_p: 0.9,
      metadata: { a: 'b' },
      previous_response_id: 'resp_before',
      store: false,
      truncation: 'auto',
      parallel_tool_calls: false,
      max_output_tokens: 50,
      user: 'u',
    };
    const response = finalOf([BEGIN, stop('end')], request);
    for (const name of [
      'instructions',
      'tool_choice',
      'text',
      'temperature',
      'top_p',
      'metadata',
      'previous_response_id',
      'store',
      'truncation',
      'parallel_tool_calls',
      'max_output_tokens',
      'user',
    ] as const) {
      assert.deepEqual(response[name], request[name], name);
    }
    assert.deepEqual(response.reasoning, { effort: 'low', summary: null });
    assert.deepEqual(response.tools, [
      { parameters: null, strict: null, type: 'function', name: 'f' },
      { type: 'mcp', server_label: 'x' },
    ]);
  });

  test('and the defaults of the API for the others', () => {
    const response = finalOf([BEGIN, stop('end')], { input: 'Hi' });
    assert.deepEqual(response, {
      id: `resp_${HEX}`,
      object: 'response',
      created_at: SHOWN.createdAt,
      status: 'completed',
      background: false,
      error: null,
      incomplete_details: null,
      instructions: null,
      max_output_tokens: null,
      access_programs: null,
      max_tool_calls: null,
      model: 'asked',
      output: [],
      parallel_tool_calls: true,
      previous_response_id: null,
      prompt_cache_key: null,
      prompt_cache_retention: null,
      reasoning: { effort: null, summary: null },
      safety_identifier: null,
      service_tier: 'default',
      store: true,
      temperature: null,
      text: { format: { type: 'text' } },
      tool_choice: 'auto',
      tools: [],
      top_logprobs: 0,
      top_p: null,
      truncation: 'disabled',
      usage: {
        input_tokens: 3,
        input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
        output_tokens: 2,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 5,
        cache_creation_tokens: 0,
        cache_read_tokens: 0,
      },
      user: null,
      metadata: {},
    });
  });
});

test('an answer that never ends is broken off: its last event would repeat it', () => {
  const writer = openWriter();
  const text = 'x'.repeat(1024 * 1024);
  writer.write(BEGIN);
  writer.write(open(0, { type: 'text' }));
  assert.throws(() => {
    for (let n = 0; n < 70; n++) writer.write(say(0, text));
  }, BrokenStream);
});

test('a whole answer that failed is a failed response', () => {
  const body = responsesClient.encodeAnswer(
    {
      id: '',
      model: 'up',
      createdAt: 0,
      choices: [],
      usage: undefined,
      isSuspicious: false,
      error: { message: 'It broke.', code: 'server_error' },
    },
    SHOWN,
  );
  const response = JSON.parse(body.toString());
  assert.equal(response.status, 'failed');
  assert.deepEqual(response.error, { code: 'server_error', message: 'It broke.' });
  assert.equal(response.usage, null);
  assert.equal(responsesUpstream.decodeAnswer(body)?.error?.message, 'It broke.');
});

test('bytes that are no response are no answer', () => {
  for (const bytes of ['', '{', '[]', '{"id":"x"}', '{"choices":[]}', '{"output":7}']) {
    assert.equal(responsesUpstream.decodeAnswer(Buffer.from(bytes)), undefined, bytes);
  }
});
