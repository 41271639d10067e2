import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { APIError, BadRequestError } from 'openai';
import { zodResponseFormat } from 'openai/helpers/zod';
import type {
  ChatCompletionMessageParam,
  ChatCompletionTool,
} from 'openai/resources/chat/completions';
import { z } from 'zod';
import { collect } from './support/collect.ts';
import { type Service, startService } from './support/service.ts';

const MODEL = 'sandbox-chat';
const HELLO: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello' }];
const WEATHER: ChatCompletionTool = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'The weather of a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    },
  },
};

let service: Service;
before(async () => {
  service = await startService({ env: { MERIDIAN_SANDBOX: 'on' } });
});
after(() => service[Symbol.asyncDispose]());

describe('the sandbox through the official client', () => {
  test('answers whole, says what it is, and costs a little', async () => {
    const { data, response, request_id } = await service
      .openai()
      .chat.completions.create({ model: MODEL, messages: HELLO })
      .withResponse();
    assert.match(data.choices[0]?.message.content ?? '', /sandbox/i);
    assert.equal(data.model, MODEL);
    assert.ok(Number(response.headers.get('x-meridian-cost')) > 0);
    const record = await service.usageOf(request_id);
    assert.equal(record.usage_source, 'provider');
    assert.equal(record.usage.output, data.usage?.completion_tokens);
    const models = (await service.openai().models.list()).data;
    const listed = models.filter(({ id }) => id.startsWith('sandbox-'));
    assert.ok(listed.length > 0);
    for (const { meridian } of listed as unknown as { meridian: { sandbox: boolean } }[]) {
      assert.equal(meridian.sandbox, true);
    }
  });

  test('streams the same answer, with the usage when it is asked for', async () => {
    const request = { model: MODEL, messages: HELLO, seed: 7 };
    const client = service.openai();
    const whole = await client.chat.completions.create(request);
    const stream = await client.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    assert.equal(text, whole.choices[0]?.message.content);
    assert.deepEqual(chunks.at(-1)?.usage, whole.usage);
    const plain = await collect(await client.chat.completions.create({ ...request, stream: true }));
    assert.equal(plain.length, chunks.length - 1);
  });

  test('stops when the client leaves the stream, and charges a part', async () => {
    const { data, request_id } = await service
      .openai()
      .chat.completions.create({
        model: `${MODEL}+20ms`,
        messages: [{ role: 'user', content: 'Answer in 2000 words.' }],
        stream: true,
      })
      .withResponse();
    let seen = 0;
    for await (const _ of data) if (++seen === 5) data.controller.abort();
    const record = await service.usageOf(request_id);
    assert.equal(record.outcome, 'aborted');
    assert.ok(record.usage.output! > 0 && record.usage.output! < 500, `${record.usage.output}`);
  });

  test('calls tools in two turns, several at once, streamed in pieces, and by the runner', async () => {
    const client = service.openai();
    const question = 'What is the weather in Brest?';
    const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: question }];
    const request = { model: MODEL, messages, tools: [WEATHER] };
    const first = await client.chat.completions.create(request);
    assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
    const message = first.choices[0]!.message;
    const [call] = message.tool_calls!;
    assert.ok(call?.type === 'function');
    assert.equal(typeof JSON.parse(call.function.arguments).city, 'string');
    const result = { role: 'tool' as const, tool_call_id: call.id, content: 'rain, 12 degrees' };
    const second = await client.chat.completions.create({
      ...request,
      messages: [...messages, message, result],
    });
    assert.match(second.choices[0]?.message.content ?? '', /rain, 12 degrees/);

    const both = 'What is the weather in both "Brest" and "Lorient"?';
    const runner = client.chat.completions.stream({
      ...request,
      messages: [{ role: 'user', content: both }],
    });
    let pieces = 0;
    runner.on('tool_calls.function.arguments.delta', () => pieces++);
    const parallel = await runner.finalChatCompletion();
    const calls = parallel.choices[0]!.message.tool_calls!;
    assert.equal(calls.length, 2);
    assert.notEqual(calls[0]?.id, calls[1]?.id);
    assert.ok(pieces > 2);

    const asked: unknown[] = [];
    const tool = {
      name: 'get_weather',
      description: 'The weather of a city.',
      parse: JSON.parse,
      function: (given: object) => {
        asked.push(given);
        return 'sunshine';
      },
      parameters: { type: 'object' as const, properties: { city: { type: 'string' as const } } },
    };
    const turns = client.chat.completions.runTools({
      model: MODEL,
      messages,
      tools: [{ type: 'function', function: tool }],
    });
    assert.match((await turns.finalContent()) ?? '', /sunshine/);
    assert.equal(asked.length, 1);
  });

  test('gives several choices, probabilities and answers by a schema', async () => {
    const client = service.openai();
    const several = await client.chat.completions.create({ model: MODEL, messages: HELLO, n: 3 });
    assert.deepEqual(
      several.choices.map(({ index }) => index),
      [0, 1, 2],
    );
    const probable = await client.chat.completions.create({
      model: MODEL,
      messages: HELLO,
      logprobs: true,
      top_logprobs: 2,
    });
    const tokens = probable.choices[0]?.logprobs?.content ?? [];
    assert.equal(tokens.map(({ token }) => token).join(''), probable.choices[0]?.message.content);
    assert.ok(tokens.every(({ top_logprobs: top }) => top.length === 2));

    const tide = z.object({
      city: z.string(),
      metres: z.number().min(0).max(15),
      kind: z.enum(['spring', 'neap']),
      hours: z.array(z.number().int()).min(1),
    });
    const format = zodResponseFormat(tide, 'tide');
    const parsed = await client.chat.completions.parse({
      model: MODEL,
      messages: HELLO,
      response_format: format,
    });
    assert.ok(tide.safeParse(parsed.choices[0]?.message.parsed).success);
    const streamed = await client.chat.completions
      .stream({ model: MODEL, messages: HELLO, response_format: format })
      .finalChatCompletion();
    assert.deepEqual(streamed.choices[0]?.message.parsed, parsed.choices[0]?.message.parsed);
  });

  test('takes images', async () => {
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const answer = await service.openai().chat.completions.create({
      model: MODEL,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } },
          ],
        },
      ],
    });
    assert.match(answer.choices[0]?.message.content ?? '', /1 image\b/);
  });

  test('refuses what OpenAI’s API refuses, naming the field', async () => {
    const client = service.openai();
    const wrong = [
      ['temperature', { temperature: 3 }],
      ['messages[0].role', { messages: [{ role: 'robot', content: 'x' }] }],
      ['top_logprobs', { top_logprobs: 2 }],
      ['response_format', { response_format: { type: 'xml' } }],
    ] as const;
    for (const [param, options] of wrong) {
      const request = { model: MODEL, messages: HELLO, ...options };
      await assert.rejects(client.chat.completions.create(request as never), (error: unknown) => {
        assert.ok(error instanceof BadRequestError, String(error));
        assert.ok(error.param?.startsWith(param), `${error.param}: ${error.message}`);
        return true;
      });
    }
    const unknown = client.chat.completions.create({ model: 'sandbox-poet', messages: HELLO });
    await assert.rejects(unknown, (error: unknown) => {
      assert.ok(error instanceof APIError);
      return error.status === 404 && error.code === 'model_not_found';
    });
  });
});
