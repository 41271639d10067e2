import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { fixture, jsonReply, splitEvents, sseReply } from '@meridian/testkit';
import { zodResponseFormat } from 'openai/helpers/zod';
import type {
  ChatCompletionContentPart,
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import { z } from 'zod';
import { type ServedModel, type Service, startService } from './support/service.ts';

const HELLO: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello' }];
const WEATHER: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    parameters: { type: 'object', properties: { city: { type: 'string' } } },
  },
};

let service: Service;
before(async () => {
  service = await startService();
});
after(() => service[Symbol.asyncDispose]());

const file = (name: string): Buffer => fixture(`openai-chat/${name}`);
const whole = (name: string) => jsonReply(JSON.parse(file(name).toString()));
const stream = (name: string) => sseReply(splitEvents(file(name)));

/** What the client's request looked like when it reached the upstream. */
function upstreamBody({ upstream }: ServedModel, number = 1): Record<string, unknown> {
  return upstream.requests[number - 1]!.json() as Record<string, unknown>;
}

describe('tools', () => {
  test('two turns: a call, its result, the answer', async () => {
    await using model = await service.addModel();
    model.upstream.enqueue(whole('tool-call.json'), whole('text.json'));
    const client = service.openai();
    const request = { model: model.name, tools: [WEATHER] };
    const first = await client.chat.completions.create({ ...request, messages: HELLO });
    assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
    const message = first.choices[0]!.message;
    const call = message.tool_calls![0]!;
    assert.equal(call.type, 'function');
    const result = { role: 'tool' as const, tool_call_id: call.id, content: '{"degrees":21}' };
    const messages = [...HELLO, message, result];
    const second = await client.chat.completions.create({ ...request, messages });
    assert.equal(second.choices[0]?.message.content, 'The tide rises twice a day.');
    assert.deepEqual(upstreamBody(model, 2).messages, messages);
    assert.deepEqual(upstreamBody(model, 2).tools, [WEATHER]);
  });

  test('parallel calls, whole and streamed in pieces, are the same calls', async () => {
    await using model = await service.addModel();
    const sent = JSON.parse(file('parallel-tool-calls.json').toString());
    const expected = sent.choices[0].message.tool_calls as {
      function: { name: string; arguments: string };
    }[];
    assert.ok(expected.length > 1);
    model.upstream.enqueue(whole('parallel-tool-calls.json'), stream('parallel-tool-calls.sse'));
    const request = {
      model: model.name,
      messages: HELLO,
      tools: [WEATHER],
      parallel_tool_calls: true,
    };
    const client = service.openai();
    const answer = await client.chat.completions.create(request);
    assert.deepEqual(answer.choices[0]?.message.tool_calls, expected);
    const runner = client.chat.completions.stream(request);
    const pieces: string[] = [];
    runner.on('tool_calls.function.arguments.delta', ({ arguments_delta: delta }) =>
      pieces.push(delta),
    );
    const streamed = await runner.finalChatCompletion();
    assert.deepEqual(
      streamed.choices[0]?.message.tool_calls?.map((call) => ({
        id: call.id,
        ...(call.type === 'function' && {
          name: call.function.name,
          arguments: call.function.arguments,
        }),
      })),
      expected.map((call) => ({ id: (call as { id?: string }).id, ...call.function })),
    );
    assert.ok(pieces.length > expected.length, 'the arguments came in pieces');
    assert.equal(pieces.join(''), expected.map((call) => call.function.arguments).join(''));
  });

  test('the client’s own tool runner goes through its turns', async () => {
    await using model = await service.addModel();
    model.upstream.enqueue(stream('tool-call.sse'), stream('text.sse'));
    const asked: unknown[] = [];
    const call = JSON.parse(file('tool-call.json').toString()).choices[0].message.tool_calls[0];
    const runner = service.openai().chat.completions.runTools({
      model: model.name,
      messages: HELLO,
      stream: true,
      tools: [
        {
          type: 'function',
          function: {
            name: call.function.name,
            description: 'The weather of a city.',
            parameters: { type: 'object', properties: {} },
            parse: JSON.parse,
            function: (given: object) => {
              asked.push(given);
              return 'sunny';
            },
          },
        },
      ],
    });
    assert.equal(await runner.finalContent(), 'The tide rises twice a day.');
    assert.deepEqual(asked, [JSON.parse(call.function.arguments)]);
    const { messages } = upstreamBody(model, 2) as { messages: { role: string }[] };
    assert.deepEqual(messages.at(-1), { role: 'tool', tool_call_id: call.id, content: 'sunny' });
  });
});

describe('what goes in', () => {
  test('a JSON schema, and the answer that the client parses by it', async () => {
    await using model = await service.addModel();
    const tide = z.object({ city: z.string(), metres: z.number() });
    const content = '{"city":"Brest","metres":6.5}';
    model.upstream.handle(() =>
      jsonReply({
        id: 'chatcmpl-1',
        object: 'chat.completion',
        created: 1,
        model: model.name,
        choices: [
          {
            index: 0,
            message: { role: 'assistant', content, refusal: null },
            finish_reason: 'stop',
          },
        ],
        usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
      }),
    );
    const parsed = await service.openai().chat.completions.parse({
      model: model.name,
      messages: HELLO,
      response_format: zodResponseFormat(tide, 'tide'),
    });
    assert.deepEqual(parsed.choices[0]?.message.parsed, { city: 'Brest', metres: 6.5 });
    assert.deepEqual(upstreamBody(model).response_format, {
      ...zodResponseFormat(tide, 'tide'),
    });
  });

  test('images, audio and documents in messages arrive as they were given', async () => {
    await using model = await service.addModel();
    const data = Buffer.alloc(300 * 1024, 'image').toString('base64');
    const content: ChatCompletionContentPart[] = [
      { type: 'text', text: 'What is on them?' },
      { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } },
      { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
      { type: 'input_audio', input_audio: { data, format: 'wav' } },
      {
        type: 'file',
        file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${data}` },
      },
    ];
    const messages = [{ role: 'user' as const, content }];
    const answer = await service
      .openai()
      .chat.completions.create({ model: model.name, messages, max_tokens: 2 });
    assert.equal(answer.usage?.completion_tokens, 2);
    assert.deepEqual(upstreamBody(model).messages, messages);
  });
});
