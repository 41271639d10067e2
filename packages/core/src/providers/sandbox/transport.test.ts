import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatCompletion, chatCompletionChunk } from '@meridian/contract';
import { createFakeClock, type FakeClock } from '@meridian/testkit';
import type { UpstreamExchange } from '../transport.ts';
import { CHAT_PATH, SANDBOX_ORIGIN } from './endpoint.ts';
import { createSandboxTransport } from './transport.ts';

interface Played {
  status: number;
  contentType: string | undefined;
  chunks: string[];
  end: 'running' | 'end' | string;
  exchange: UpstreamExchange;
}

/** A sandbox whose turns are taken by hand. */
function createSandbox(clock: FakeClock = createFakeClock()) {
  const turns: (() => void)[] = [];
  const transport = createSandboxTransport({ clock, soon: (turn) => turns.push(turn) });
  function step(): boolean {
    const turn = turns.shift();
    turn?.();
    return turn !== undefined;
  }
  function send(body: unknown, path = CHAT_PATH): Played {
    const played: Played = {
      status: 0,
      contentType: undefined,
      chunks: [],
      end: 'running',
      exchange: undefined as never,
    };
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const request = {
      origin: SANDBOX_ORIGIN,
      reach: 'public',
      path,
      method: 'POST',
      headers: [],
      body: bytes,
    } as const;
    played.exchange = transport.send(request, {
      onHead(status, headers) {
        played.status = status;
        played.contentType = headers('content-type');
      },
      onData: (chunk) => played.chunks.push(chunk.toString('utf8')),
      onEnd() {
        played.end = 'end';
      },
      onFault(fault) {
        played.end = fault.kind;
      },
    });
    return played;
  }
  function play(body: unknown, path?: string): Played {
    const played = send(body, path);
    for (let turn = 0; turn < 100_000 && step(); turn++);
    return played;
  }
  return { send, play, step, clock, turns };
}

const hello = [{ role: 'user', content: 'Hello, wörld 👋' }];
const chat = (more: object = {}) => ({ model: 'sandbox-chat', messages: hello, ...more });

function whole(body: unknown) {
  const { status, chunks } = createSandbox().play(body);
  assert.equal(status, 200, chunks.join(''));
  const completion = chatCompletion.parse(JSON.parse(chunks.join('')));
  return { ...completion, choice: completion.choices[0]! };
}

function events(body: object) {
  const played = createSandbox().play({ ...body, stream: true });
  assert.equal(played.status, 200, played.chunks.join(''));
  const lines = played.chunks.map((chunk) => {
    assert.match(chunk, /^data: .*\n\n$/, 'each chunk is one whole event');
    return chunk.slice('data: '.length, -2);
  });
  assert.equal(lines.pop(), '[DONE]');
  return lines.map((line) => chatCompletionChunk.parse(JSON.parse(line)));
}

interface Calls {
  tool_calls: {
    id: string;
    function: { name: string; arguments: string };
    custom: { input: string };
  }[];
  function_call: { name: string };
}

/** The message of an answer as one that makes calls. */
function calling(body: unknown): Calls {
  return whole(body).choice.message as unknown as Calls;
}

function refusal(body: unknown) {
  const { status, chunks } = createSandbox().play(body);
  const { error } = JSON.parse(chunks.join('')) as {
    error: { message: string; type: string; param: string | null; code: string | null };
  };
  return { status, ...error };
}

const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Tells the weather of a city',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
      additionalProperties: false,
    },
  },
};
const clockTool = { type: 'function', function: { name: 'current_time', parameters: {} } };
const askWeather = [{ role: 'user', content: 'What is the weather in Paris?' }];

test('a whole answer says first that it is from the sandbox, and quotes the message', () => {
  const { choice, system_fingerprint, model, usage } = whole(chat());
  assert.match(choice.message.content ?? '', /^This is a sandbox answer/);
  assert.match(choice.message.content ?? '', /Hello, wörld 👋/);
  assert.equal(choice.finish_reason, 'stop');
  assert.equal(system_fingerprint, 'sandbox');
  assert.equal(model, 'sandbox-chat');
  assert.equal(usage!.total_tokens, usage!.prompt_tokens + usage!.completion_tokens);
});

test('the same request is answered with the same content and the same usage', () => {
  const [a, b] = [whole(chat({ seed: 7 })), whole(chat({ seed: 7 }))];
  assert.deepEqual([a.choices, a.usage], [b.choices, b.usage]);
});

test('ids differ between answers of one transport', () => {
  const sandbox = createSandbox();
  const ids = [1, 2].map(() => JSON.parse(sandbox.play(chat()).chunks.join('')).id);
  assert.notEqual(ids[0], ids[1]);
});

test('a stream carries the same text as the whole answer, ends with its reason and [DONE]', () => {
  const chunks = events(chat());
  const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  assert.equal(text, whole(chat()).choice.message.content);
  assert.equal(chunks[0]!.choices[0]!.delta.role, 'assistant');
  assert.equal(chunks.at(-1)!.choices[0]!.finish_reason, 'stop');
  assert.ok(
    chunks.every((chunk) => chunk.usage === undefined),
    'usage was not asked for',
  );
});

test('include_usage adds one last chunk without choices that carries the usage', () => {
  const chunks = events(chat({ stream_options: { include_usage: true } }));
  const last = chunks.at(-1)!;
  assert.deepEqual(last.choices, []);
  assert.deepEqual(last.usage, whole(chat()).usage);
  assert.ok(chunks.slice(0, -1).every(({ usage }) => usage === null));
});

test('max_tokens cuts the answer, whole and streamed, and says length', () => {
  for (const bound of ['max_tokens', 'max_completion_tokens']) {
    const { choice, usage } = whole(chat({ [bound]: 3 }));
    assert.equal(choice.message.content, 'This is a');
    assert.equal(choice.finish_reason, 'length');
    assert.equal(usage!.completion_tokens, 3);
    assert.equal(events(chat({ [bound]: 3 })).at(-1)!.choices[0]!.finish_reason, 'length');
  }
});

test('a stop text ends the answer before it', () => {
  const { choice } = whole(chat({ stop: [' answer', 'never'] }));
  assert.equal(choice.message.content, 'This is a sandbox');
  assert.equal(choice.finish_reason, 'stop');
});

test('n gives that many choices and counts each', () => {
  const [one, three] = [whole(chat()), whole(chat({ n: 3 }))];
  assert.deepEqual(
    three.choices.map(({ index }) => index),
    [0, 1, 2],
  );
  assert.match(three.choices[2]!.message.content ?? '', /choice 3 of 3/);
  assert.ok(three.usage!.completion_tokens > 3 * one.usage!.completion_tokens - 3);
  assert.equal(three.usage!.prompt_tokens, one.usage!.prompt_tokens);
  const streamed = new Set(events(chat({ n: 3 })).flatMap((c) => c.choices.map((x) => x.index)));
  assert.deepEqual([...streamed].sort(), [0, 1, 2]);
});

test('logprobs cover every token, with the alternatives asked for, bytes included', () => {
  const { choice, usage } = whole(chat({ logprobs: true, top_logprobs: 2 }));
  const content = choice.logprobs!.content!;
  assert.equal(content.length, usage!.completion_tokens);
  assert.equal(content.map(({ token }) => token).join(''), choice.message.content);
  const bytes = content.flatMap((token) => token.bytes ?? []);
  assert.equal(Buffer.from(bytes).toString('utf8'), choice.message.content);
  assert.ok(content.every(({ top_logprobs }) => top_logprobs.length === 2));
  const streamed = events(chat({ logprobs: true })).flatMap(
    ({ choices }) => choices[0]?.logprobs?.content ?? [],
  );
  assert.equal(streamed.length, usage!.completion_tokens);
});

test('the reasoner spends reasoning tokens by effort, inside the completion and its bound', () => {
  const ask = (more: object) => whole({ model: 'sandbox-reasoner', messages: hello, ...more });
  const reasoning = (effort: string) =>
    ask({ reasoning_effort: effort }).usage!.completion_tokens_details!.reasoning_tokens!;
  assert.ok(reasoning('low') < reasoning('medium') && reasoning('medium') < reasoning('high'));
  assert.equal(reasoning('none'), 0);
  const cut = ask({ max_completion_tokens: 10 });
  assert.equal(cut.usage!.completion_tokens, 10);
  assert.equal(cut.choice.message.content, '');
  assert.equal(cut.choice.finish_reason, 'length');
  assert.equal(whole(chat()).usage!.completion_tokens_details!.reasoning_tokens, 0);
});

test('everything before the last message of a long conversation counts as cached', () => {
  const long = { role: 'user', content: 'word '.repeat(1_500) };
  const messages = [long, { role: 'assistant', content: 'ok' }, ...hello];
  const usage = whole(chat({ messages })).usage!;
  const cached = usage.prompt_tokens_details!.cached_tokens!;
  assert.equal(cached % 128, 0);
  assert.ok(cached >= 1_408 && cached < usage.prompt_tokens);
  assert.equal(whole(chat()).usage!.prompt_tokens_details!.cached_tokens, 0);
});

test('images are counted and mentioned', () => {
  const url = 'data:image/png;base64,iVBORw0KGgo=';
  const image = (detail: string) => ({ type: 'image_url', image_url: { url, detail } });
  const ask = (detail: string) =>
    whole(
      chat({
        messages: [{ role: 'user', content: [{ type: 'text', text: 'See?' }, image(detail)] }],
      }),
    );
  assert.match(ask('low').choice.message.content ?? '', /You sent 1 image\./);
  assert.ok(ask('high').usage!.prompt_tokens > ask('low').usage!.prompt_tokens);
});

test('a request for many words gets that many', () => {
  const messages = [{ role: 'user', content: 'Tell a story in 500 words.' }];
  assert.equal(whole(chat({ messages })).choice.message.content!.split(' ').length, 500);
});

test('a tool that the message is about is called, with arguments from its schema', () => {
  const { choice } = whole(chat({ messages: askWeather, tools: [clockTool, weather] }));
  assert.equal(choice.finish_reason, 'tool_calls');
  assert.equal(choice.message.content, null);
  const calls = calling(chat({ messages: askWeather, tools: [clockTool, weather] })).tool_calls;
  assert.equal(calls.length, 1);
  assert.equal(calls[0]!.function.name, 'get_weather');
  assert.deepEqual(JSON.parse(calls[0]!.function.arguments), { city: 'Paris', unit: 'celsius' });
});

test('a streamed call opens with id and name, and its argument pieces make the whole', () => {
  const chunks = events(chat({ messages: askWeather, tools: [weather] }));
  const deltas = chunks.flatMap(({ choices }) => choices[0]?.delta.tool_calls ?? []);
  assert.equal(deltas[0]!.function!.name, 'get_weather');
  assert.ok(deltas[0]!.id);
  assert.ok(deltas.slice(1).every((delta) => delta.id === undefined && delta.index === 0));
  const input = deltas.map((delta) => delta.function!.arguments ?? '').join('');
  assert.deepEqual(JSON.parse(input), { city: 'Paris', unit: 'celsius' });
  assert.equal(chunks.at(-1)!.choices[0]!.finish_reason, 'tool_calls');
});

test('tools that the message is not about are left alone unless required', () => {
  const plain = whole(chat({ tools: [weather] }));
  assert.equal(plain.choice.finish_reason, 'stop');
  const required = whole(chat({ tools: [weather], tool_choice: 'required' }));
  assert.equal(required.choice.finish_reason, 'tool_calls');
  const none = whole(chat({ messages: askWeather, tools: [weather], tool_choice: 'none' }));
  assert.equal(none.choice.finish_reason, 'stop');
});

test('a tool forced by name is called and ends with stop, as at OpenAI', () => {
  const tool_choice = { type: 'function', function: { name: 'current_time' } };
  const body = chat({ tools: [weather, clockTool], tool_choice });
  assert.equal(calling(body).tool_calls[0]!.function.name, 'current_time');
  assert.equal(whole(body).choice.finish_reason, 'stop');
});

test('several calls are made in parallel unless that is switched off', () => {
  const messages = [{ role: 'user', content: 'Weather in Paris and "Rome", both please' }];
  const calls = (more: object) => calling(chat({ messages, tools: [weather], ...more })).tool_calls;
  const inputs = calls({}).map((call) => JSON.parse(call.function.arguments).city);
  assert.deepEqual(inputs, ['Rome', 'Paris']);
  assert.equal(new Set(calls({}).map(({ id }) => id)).size, 2);
  assert.equal(calls({ parallel_tool_calls: false }).length, 1);
});

test('after tool results the answer reports them in text', () => {
  const first = calling(chat({ messages: askWeather, tools: [weather] }));
  const result = { role: 'tool', tool_call_id: first.tool_calls[0]!.id, content: '21 degrees' };
  const { choice } = whole(chat({ messages: [...askWeather, first, result], tools: [weather] }));
  assert.match(choice.message.content ?? '', /The tool get_weather returned: 21 degrees/);
  assert.equal(choice.finish_reason, 'stop');
});

test('a custom tool gets text, and the predecessor of tools still works', () => {
  const custom = { type: 'custom', custom: { name: 'run_code' } };
  const called = calling(chat({ tools: [custom], tool_choice: 'required' }));
  assert.equal(typeof called.tool_calls[0]!.custom.input, 'string');
  const functions = [weather.function];
  const legacy = chat({ messages: askWeather, functions });
  assert.equal(whole(legacy).choice.finish_reason, 'function_call');
  assert.equal(calling(legacy).function_call.name, 'get_weather');
});

test('max_tokens cuts the arguments of a call and says length', () => {
  const body = chat({ messages: askWeather, tools: [weather], max_tokens: 4 });
  assert.equal(whole(body).choice.finish_reason, 'length');
  assert.throws(() => JSON.parse(calling(body).tool_calls[0]!.function.arguments));
});

test('json formats give JSON of the wanted shape', () => {
  const messages = [{ role: 'user', content: 'Answer in json.' }];
  const object = whole(chat({ messages, response_format: { type: 'json_object' } }));
  assert.equal(JSON.parse(object.choice.message.content!).sandbox, true);
  const schema = {
    type: 'object',
    properties: { steps: { type: 'array', items: { type: 'string' }, minItems: 2 } },
    required: ['steps'],
  };
  const response_format = { type: 'json_schema', json_schema: { name: 'plan', schema } };
  const shaped = JSON.parse(whole(chat({ response_format })).choice.message.content!);
  assert.equal(shaped.steps.length, 2);
});

test('a paused reader gets nothing more until it resumes, and loses nothing', () => {
  const sandbox = createSandbox();
  const played = sandbox.send(chat({ stream: true }));
  for (let turn = 0; turn < 4; turn++) sandbox.step();
  played.exchange.pause();
  const before = played.chunks.length;
  for (let turn = 0; turn < 50; turn++) sandbox.step();
  assert.equal(played.chunks.length, before);
  assert.equal(sandbox.turns.length, 0, 'nothing spins while it waits');
  played.exchange.resume();
  played.exchange.resume();
  while (sandbox.step());
  assert.equal(played.end, 'end');
  assert.equal(
    played.chunks.join(''),
    createSandbox()
      .play(chat({ stream: true }))
      .chunks.join(''),
  );
});

test('an abort ends the exchange with one fault and no further data', () => {
  const sandbox = createSandbox();
  const played = sandbox.send(chat({ stream: true }));
  for (let turn = 0; turn < 4; turn++) sandbox.step();
  const before = played.chunks.length;
  played.exchange.abort();
  played.exchange.abort();
  while (sandbox.step());
  assert.deepEqual([played.end, played.chunks.length], ['aborted', before]);
});

test('an answer can be slowed down by the model name or a field', () => {
  for (const slow of [{ model: 'sandbox-chat+50ms' }, { 'x-sandbox-delay-ms': 50 }]) {
    const sandbox = createSandbox();
    const played = sandbox.play(chat(slow));
    assert.deepEqual([played.status, played.chunks.length], [200, 0]);
    sandbox.clock.advance(49);
    assert.equal(played.chunks.length, 0);
    sandbox.clock.advance(1);
    assert.equal(played.chunks.length, 1);
  }
});

test('another path is not found', () => {
  assert.equal(createSandbox().play(chat(), '/v1/embeddings').status, 404);
});

test('a schema that cannot be met and a prompt that does not fit are refused', () => {
  const json_schema = { name: 'a', schema: { $ref: '#' } };
  const unmet = refusal(chat({ response_format: { type: 'json_schema', json_schema } }));
  assert.deepEqual([unmet.status, unmet.code], [400, 'invalid_json_schema']);
  const messages = [{ role: 'user', content: 'word '.repeat(140_000) }];
  const long = refusal(chat({ messages }));
  assert.deepEqual(
    [long.status, long.param, long.code],
    [400, 'messages', 'context_length_exceeded'],
  );
});

test('a refusal is a whole JSON body in the shape of OpenAI', () => {
  const played = createSandbox().play(chat({ temperature: 3, stream: true }));
  assert.equal(played.contentType, 'application/json');
  assert.equal(refusal(chat({ temperature: 3 })).type, 'invalid_request_error');
  assert.equal(played.end, 'end');
});
