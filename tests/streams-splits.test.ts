import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { everySplit, fixture, sseReply } from '@meridian/testkit';
import { type ServedModel, type Service, startService } from './support/service.ts';

/** Requests under way at once; more would only queue on a small machine. */
const CONCURRENCY = 16;

let service: Service;
before(async () => {
  service = await startService({ account: { CreditGranted: 10_000 } });
});
after(() => service[Symbol.asyncDispose]());

/** Sends one request per way of cutting the stream and proves that each answer is the same. */
async function sameForEverySplit(
  model: ServedModel,
  source: Buffer,
  request: { readonly include_usage: boolean; readonly expected: string },
): Promise<number> {
  const splits = [...everySplit(source, { random: 20 })];
  model.upstream.enqueue(...splits.map((pieces) => sseReply(pieces)));
  const body = {
    model: model.name,
    messages: [{ role: 'user', content: 'x' }],
    stream: true,
    ...(request.include_usage && { stream_options: { include_usage: true } }),
  };
  let left = splits.length;
  async function worker(): Promise<void> {
    while (left-- > 0) {
      const answer = await service.world.account.api.request('POST', '/v1/chat/completions', {
        body,
      });
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.text, request.expected);
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return splits.length;
}

const chunk = (fields: string): string => `data: {"id":"c","model":"m",${fields}}`;
const USAGE = '"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}';

test('a stream cut at any byte, also inside characters, arrives the same and costs the same', async () => {
  await using model = await service.addModel();
  const content = ['grüße 🌍', '日本\\n\\n', '\\"usage\\":{', 'data: [DONE]'].map((text) =>
    chunk(`"choices":[{"index":0,"delta":{"content":"${text}"}}]`),
  );
  const start = chunk('"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]');
  const finish = chunk('"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]');
  const shown = [start, ...content, finish].join('\n\n');
  const source = `: ping\n\n${shown}\n\n${chunk(USAGE)}\n\ndata: [DONE]\n\n`;
  const before = (await service.world.account.view()).Balance;
  const requests = await sameForEverySplit(model, Buffer.from(source), {
    include_usage: false,
    expected: `: ping\n\n${shown}\n\ndata: [DONE]\n\n`,
  });
  // One token at $1 and two at $2 per million, each time.
  const spent = before - (await service.world.account.view()).Balance;
  assert.equal(Number(spent.toFixed(9)), Number((requests * 0.000005).toFixed(9)));
});

test('the same with the line ends of Windows, and the usage for the client', async () => {
  await using model = await service.addModel();
  const content = chunk('"choices":[{"index":0,"delta":{"content":"é"},"finish_reason":"stop"}]');
  const source = `event: message\r\n${content}\r\n\r\n${chunk(USAGE)}\r\n\r\ndata: [DONE]\r\n\r\n`;
  const before = (await service.world.account.view()).Balance;
  const requests = await sameForEverySplit(model, Buffer.from(source), {
    include_usage: true,
    expected: source,
  });
  const spent = before - (await service.world.account.view()).Balance;
  assert.equal(Number(spent.toFixed(9)), Number((requests * 0.000005).toFixed(9)));
});

test('a recorded stream, byte by byte', async () => {
  await using model = await service.addModel();
  const source = fixture('openai-chat/unicode.sse');
  model.upstream.enqueue(sseReply(Array.from(source, (byte) => Uint8Array.of(byte))));
  const answer = await service.world.account.api.request('POST', '/v1/chat/completions', {
    body: {
      model: model.name,
      messages: [{ role: 'user', content: 'x' }],
      stream: true,
      stream_options: { include_usage: true },
    },
  });
  assert.equal(answer.text, source.toString());
});
