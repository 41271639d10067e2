import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixture } from '@meridian/testkit';
import { Failure } from '../../kernel/index.ts';
import type { NeutralAnswer } from '../neutral/answer.ts';
import { eventsOf } from '../neutral/testing/answer-events.ts';
import { NO_USAGE } from '../neutral/usage.ts';
import type { ShownAs } from '../wire.ts';
import { decodeChat } from './decode.ts';
import { chatClient, chatUpstream } from './index.ts';

const SHOWN: ShownAs = { model: 'shown', requestId: 'r1', createdAt: 1_790_000_000 };

const CALL = { type: 'toolCall', id: 'a', name: 'f', arguments: '{"x":1}' } as const;

function answer(choice: Partial<NeutralAnswer['choices'][number]>): NeutralAnswer {
  return {
    id: '',
    model: 'own',
    createdAt: 0,
    choices: [{ index: 0, parts: [], stop: 'end', ...choice }],
    usage: undefined,
    isSuspicious: false,
  };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads any field.
type Json = any;

function whole(given: NeutralAnswer, shown = SHOWN): Json {
  return JSON.parse(chatClient.encodeAnswer(given, shown).toString());
}

function streamed(given: NeutralAnswer, options: object = {}): { chunks: Json[]; text: string } {
  const writer = chatClient.openWriter({ ...SHOWN, wantsUsage: false, ...options });
  const text =
    eventsOf(given, 100)
      .map((event) => writer.write(event))
      .join('') + writer.finish(given.usage);
  const data = text
    .split('\n\n')
    .slice(0, -1)
    .map((event) => event.replace(/^data: /, ''));
  return { chunks: data.filter((each) => each !== '[DONE]').map((each) => JSON.parse(each)), text };
}

test('an answer has the ids and the name that the client may see', () => {
  const { id, created, model, object } = whole(answer({}));
  assert.deepEqual(
    [id, created, model, object],
    ['chatcmpl-r1', 1_790_000_000, 'shown', 'chat.completion'],
  );
});

test('content is null where something else is said instead', () => {
  const contents = [[], [CALL], [{ type: 'refusal', text: 'No' } as const]].map(
    (parts) => whole(answer({ parts })).choices[0].message.content,
  );
  assert.deepEqual(contents, ['', null, null]);
});

test('the fields of OpenAI are there even when they are empty', () => {
  const [{ message, ...choice }] = whole(answer({ parts: [{ type: 'text', text: 'Hi' }] })).choices;
  assert.deepEqual(message, { role: 'assistant', content: 'Hi', refusal: null, annotations: [] });
  assert.deepEqual(choice, { index: 0, logprobs: null, finish_reason: 'stop' });
});

test('usage has the fields of OpenAI and the two of the documents', () => {
  const usage = {
    ...NO_USAGE,
    input: 10,
    cacheRead: 20,
    cacheWrite5m: 30,
    output: 5,
    reasoning: 2,
  };
  assert.deepEqual(whole({ ...answer({}), usage }).usage, {
    prompt_tokens: 60,
    completion_tokens: 7,
    total_tokens: 67,
    prompt_tokens_details: { cached_tokens: 20, audio_tokens: 0, cache_write_tokens: 30 },
    completion_tokens_details: {
      reasoning_tokens: 2,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    cache_creation_tokens: 30,
    cache_read_tokens: 20,
  });
});

test('a stream begins with the role, ends with the reason and the end marker', () => {
  const { chunks, text } = streamed(answer({ parts: [{ type: 'text', text: 'Hi' }] }));
  assert.deepEqual(
    chunks.map(({ choices: [{ delta, finish_reason }] }) => [delta, finish_reason]),
    [
      [{ role: 'assistant', content: '', refusal: null }, null],
      [{ content: 'Hi' }, null],
      [{}, 'stop'],
    ],
  );
  assert.ok(text.endsWith('data: [DONE]\n\n'));
  assert.ok(chunks.every(({ object }) => object === 'chat.completion.chunk'));
});

test('usage is in the stream of a client that asked for it only', () => {
  const used = { ...answer({}), usage: { ...NO_USAGE, input: 3 } };
  assert.ok(!streamed(used).text.includes('usage'));
  const { chunks } = streamed(used, { wantsUsage: true });
  const last = chunks.at(-1);
  assert.deepEqual([last.choices, last.usage.prompt_tokens], [[], 3]);
  assert.ok(chunks.slice(0, -1).every(({ usage }) => usage === null));
});

test('calls count by themselves, whatever stands between them', () => {
  const thought = { type: 'reasoning', text: 'Hm' } as const;
  const parts = [thought, CALL, { type: 'text', text: 'T' } as const, { ...CALL, id: 'b' }];
  const calls = streamed(answer({ parts, stop: 'toolCalls' })).chunks.flatMap(
    ({ choices: [{ delta }] }) => delta.tool_calls ?? [],
  );
  assert.deepEqual(calls, [
    { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '' } },
    { index: 0, function: { arguments: '{"x":1}' } },
    { index: 1, id: 'b', type: 'function', function: { name: 'f', arguments: '' } },
    { index: 1, function: { arguments: '{"x":1}' } },
  ]);
});

test('reasons that this wire does not have are told beside the nearest one', () => {
  const reasons = (['refusal', 'pause', 'contextLength', 'malformedCall', 'error'] as const).map(
    (stop) => {
      const { finish_reason, native_finish_reason } = whole(answer({ stop })).choices[0];
      return [finish_reason, native_finish_reason];
    },
  );
  assert.deepEqual(reasons, [
    ['content_filter', 'refusal'],
    ['stop', 'pause_turn'],
    ['length', 'model_context_window_exceeded'],
    ['stop', 'malformed_function_call'],
    ['error', undefined],
  ]);
});

test('a client of the deprecated functions is answered in their form', () => {
  const body = {
    model: 'm',
    messages: [{ role: 'user', content: 'Hi' }],
    functions: [{ name: 'f' }],
  };
  const call = decodeChat(Buffer.from(JSON.stringify(body)));
  const given = answer({ parts: [CALL], stop: 'toolCalls' });
  const [choice] = whole(given, { ...SHOWN, call }).choices;
  assert.deepEqual(choice.message.function_call, { name: 'f', arguments: '{"x":1}' });
  assert.deepEqual([choice.message.tool_calls, choice.finish_reason], [undefined, 'function_call']);
  const { chunks } = streamed(given, { call });
  assert.deepEqual(
    chunks.map(({ choices: [{ delta, finish_reason }] }) => delta.function_call ?? finish_reason),
    [null, { name: 'f', arguments: '' }, { arguments: '{"x":1}' }, 'function_call'],
  );
});

test('citations count from the begin of the whole text', () => {
  const text = (start: number) => ({
    type: 'text' as const,
    text: 'abcde',
    citations: [{ kind: 'url' as const, url: 'u', title: 't', start, end: start + 2 }],
  });
  const given = answer({ parts: [text(0), text(1)] });
  const starts = (annotations: Json[]) => annotations.map((each) => each.url_citation.start_index);
  assert.deepEqual(starts(whole(given).choices[0].message.annotations), [0, 6]);
  const told = streamed(given).chunks.flatMap(
    ({ choices: [{ delta }] }) => delta.annotations ?? [],
  );
  assert.deepEqual(starts(told), [0, 6]);
});

test('thoughts are told in both conventions while they come', () => {
  const seal = { origin: 'messages', data: 'sig' } as const;
  const { chunks } = streamed(answer({ parts: [{ type: 'reasoning', text: 'Hm', seal }] }));
  assert.deepEqual(
    chunks.slice(1, 3).map(({ choices: [{ delta }] }) => delta),
    [
      {
        reasoning_content: 'Hm',
        reasoning_details: [{ type: 'reasoning.text', text: 'Hm', index: 0 }],
      },
      {
        reasoning_details: [
          { type: 'reasoning.text', signature: 'meridian:messages::sig', index: 0 },
        ],
      },
    ],
  );
});

test('seals without text between them come in one chunk, for clients that keep the last', () => {
  const [first, second] = ['one', 'two'].map((data) => ({ origin: 'messages', data }) as const);
  const { chunks } = streamed(
    answer({
      parts: [
        { type: 'reasoning', text: 'Hm', seal: first! },
        { type: 'reasoning', text: '', seal: second! },
        { type: 'text', text: 'Yes.' },
      ],
    }),
  );
  const deltas = chunks.map(({ choices: [{ delta }] }) => delta);
  assert.deepEqual(deltas.slice(2, 4), [
    {
      reasoning_details: [
        { type: 'reasoning.text', signature: 'meridian:messages::one', index: 0 },
        { type: 'reasoning.encrypted', data: 'meridian:messages::two', index: 1 },
      ],
    },
    { content: 'Yes.' },
  ]);
});

test('the seal of a call comes in a piece that every client takes for one of a call', () => {
  const seal = { origin: 'gemini', data: 'Cv=' } as const;
  const { chunks } = streamed(answer({ parts: [{ ...CALL, seal }], stop: 'toolCalls' }));
  const pieces = chunks.flatMap(({ choices: [{ delta }] }) => delta.tool_calls ?? []);
  assert.deepEqual(pieces.at(-1), {
    index: 0,
    function: { arguments: '' },
    extra_content: { google: { thought_signature: 'meridian:gemini::Cv=' } },
  });
});

test('an error in a stream is one event and no end marker', () => {
  const writer = chatClient.openWriter({ ...SHOWN, wantsUsage: true });
  const error = { message: 'Overloaded', code: 'overloaded_error', status: 529 };
  assert.deepEqual(JSON.parse(writer.write({ kind: 'error', error }).replace(/^data: /, '')), {
    error: {
      message: 'Overloaded',
      type: 'upstream_error',
      code: 'overloaded_error',
      param: null,
      status: 529,
    },
  });
});

test('a fixture that is read and written says the same', () => {
  const body = fixture('openai-chat/parallel-tool-calls.json');
  const given = chatUpstream.decodeAnswer(body);
  assert.ok(given);
  const again = whole(given, { ...SHOWN, model: given.model });
  const { cache_creation_tokens, cache_read_tokens, ...usage } = again.usage;
  assert.deepEqual([cache_creation_tokens, cache_read_tokens], [0, 0]);
  assert.deepEqual({ ...again, usage }, JSON.parse(body.toString()));
});

test('fields and errors have the names of this wire', () => {
  assert.equal(chatClient.fieldOf('maxOutputTokens'), 'max_completion_tokens');
  const failure = new Failure('unsupported_parameter', { message: 'No.', param: 'seed' });
  assert.deepEqual(chatClient.errorBody(failure), failure.toBody());
});
