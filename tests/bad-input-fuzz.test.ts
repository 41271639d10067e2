import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { createSeededRandom, errorReply, sseReply } from '@meridian/testkit';
import { assertShaped } from './support/error-shape.ts';
import { mutateBytes, mutateValue, randomBytes } from './support/mutations.ts';
import { exchangeRaw } from './support/raw-http.ts';
import { type ServedModel, type Service, startService } from './support/service.ts';
import { bareUsage, content, DONE, finish, START } from './support/sse-chunks.ts';
import { assertUnharmed } from './support/unharmed.ts';

/** The same inputs in every run; another seed finds other things. */
const SEED = Number(process.env.MERIDIAN_FUZZ_SEED ?? 20_261_122);
const ROUNDS = Number(process.env.MERIDIAN_FUZZ_ROUNDS ?? 400);
const WORKERS = 8;
const GROWTH_BYTES_MAX = 200 * 1024 * 1024;

let service: Service;
let model: ServedModel;
before(async () => {
  service = await startService({
    env: { MERIDIAN_SANDBOX: 'on' },
    account: { CreditGranted: 100_000 },
  });
  model = await service.addModel();
  model.upstream.handle((request) => {
    try {
      const { stream } = request.json() as { stream?: unknown };
      if (stream === true) {
        return sseReply([START, content('x'), finish(), bareUsage(1, 1), DONE]);
      }
    } catch {
      return errorReply(400, { message: 'This is no JSON.' });
    }
    return { parts: ['{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1}}'] };
  });
});
after(async () => {
  await using stack = new AsyncDisposableStack();
  stack.use(service);
  stack.use(model);
  await assertUnharmed(service.world.server);
});

async function residentBytes(): Promise<number> {
  const status = await readFile(`/proc/${service.world.server.pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
}

/** Runs all inputs through a few workers, and proves that memory did not grow with them. */
async function fuzz<T>(inputs: readonly T[], send: (input: T) => Promise<void>): Promise<void> {
  const before = await residentBytes();
  const left = [...inputs];
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      for (let input = left.pop(); input !== undefined; input = left.pop()) await send(input);
    }),
  );
  const grown = (await residentBytes()) - before;
  assert.ok(grown < GROWTH_BYTES_MAX, `memory grew by ${grown} bytes`);
}

/** Sends a body and proves that the answer is a success or an error in its shape, and none of ours. */
async function post(path: string, key: string, body: Uint8Array): Promise<void> {
  const response = await fetch(service.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: Buffer.from(body),
  });
  const text = await response.text();
  const about = (): string =>
    `${Buffer.from(body).toString('latin1')}\n→ ${response.status} ${text}`;
  assert.ok(response.status < 500, about());
  if (response.status < 300) return;
  const { error } = JSON.parse(text) as { error: { message: string; status?: number } };
  assert.ok(error.message.length > 0, about());
  // Refusals of an upstream pass in its own words.
  if (error.status !== undefined) assertShaped(response.status, text);
}

const CHAT = '/v1/chat/completions';
const chat = (name: string) => ({
  model: name,
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'Was ist das? 🌍' },
        { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
        { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } },
        { type: 'file', file: { file_data: 'data:application/pdf;base64,AAAA' } },
      ],
    },
  ],
  stream: true,
  stream_options: { include_usage: true },
  max_tokens: 16,
  n: 2,
  stop: ['a', 'b'],
  logprobs: true,
  top_logprobs: 3,
  logit_bias: { 12: 5 },
  tools: [
    {
      type: 'function',
      function: {
        name: 'weather',
        description: 'Tells the weather',
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
      },
    },
  ],
  tool_choice: 'auto',
  response_format: {
    type: 'json_schema',
    json_schema: { name: 'a', schema: { type: 'object', properties: { a: { enum: [1, 2] } } } },
  },
  temperature: 0.5,
  metadata: { a: 'b' },
});

test('chats with broken bytes', async () => {
  const random = createSeededRandom(SEED);
  const source = Buffer.from(JSON.stringify(chat(model.name)));
  const inputs = Array.from({ length: ROUNDS }, () => mutateBytes(source, random));
  await fuzz(inputs, (body) => post(CHAT, service.key, body));
});

test('chats with odd values, to an upstream and to the sandbox', async () => {
  const random = createSeededRandom(SEED + 1);
  const inputs = Array.from({ length: 2 * ROUNDS }, (_none, index) => {
    const base = chat(index % 2 === 0 ? model.name : 'sandbox-chat');
    const { response_format: _, ...plain } = base;
    return mutateValue(random.fraction() < 0.5 ? plain : { ...base, tools: undefined }, random);
  });
  await fuzz(inputs, (body) => post(CHAT, service.key, Buffer.from(JSON.stringify(body) ?? '')));
});

const ACCOUNT = {
  Alias: 'A',
  CreditGranted: 5,
  Days: 30,
  Rates: 1,
  RPM: 10,
  TPD: 1_000,
  ModelLimits: { 'gpt-*': { RPM: 5 } },
  ModelMapper: 'a=b, c=d',
  AllowIPs: '10.0.0.0/8',
  AllowModels: 'gpt-*',
  AllowLevels: '1 2',
};
const PROVIDER_KEY = {
  SecretKey: 'sk-fuzz-0123456789-0123456789',
  Provider: 'http://127.0.0.1:9/v1',
  Name: 'fuzz',
  Level: 3,
  Weight: 2,
  Status: false,
  Config: {
    provider_type: 'standard',
    models: ['fuzz-*'],
    model_mapping: { a: 'b' },
    default_price: 1,
  },
};

test('accounts and provider keys with broken bytes and odd values', async () => {
  const random = createSeededRandom(SEED + 2);
  const inputs = Array.from({ length: ROUNDS }, (_, index) => {
    // A name of its own, so that not only the first of them gets as far as the database.
    const account = { ...ACCOUNT, Name: `fuzzed-${index}`, Email: `fuzz-${index}@example.com` };
    const [path, source] = index % 2 === 0 ? ['/x-users', account] : ['/x-keys', PROVIDER_KEY];
    const text = Buffer.from(JSON.stringify(source));
    const body =
      random.fraction() < 0.5
        ? mutateBytes(text, random)
        : Buffer.from(JSON.stringify(mutateValue(source, random)) ?? '');
    return { path: path as string, body };
  });
  await fuzz(inputs, ({ path, body }) => post(path, service.world.root.key, body));
});

test('random bytes in place of HTTP', async () => {
  const random = createSeededRandom(SEED + 3);
  const inputs = Array.from({ length: ROUNDS / 2 }, () => randomBytes(random, 3_000));
  await fuzz(inputs, async (bytes) => {
    const { answers } = await exchangeRaw(service.url, [bytes], { ending: 'half-close' });
    for (const { status, body } of answers) {
      assert.ok(status >= 400 && status < 500, `${bytes.toString('latin1')} → ${status}`);
      assertShaped(status, body);
    }
  });
});

test('HTTP with broken bytes, on any route', async () => {
  const random = createSeededRandom(SEED + 4);
  const body = JSON.stringify(chat(model.name));
  const heads = [
    `POST ${CHAT} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    `POST ${CHAT} HTTP/1.1\r\nhost: x\r\nx-api-key: ${service.key}\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"mod\r\n0\r\n\r\n`,
    `GET /v1/models/a?b=c HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.key}\r\naccept: */*\r\norigin: http://a\r\n\r\n`,
    `GET /x-users/1?page=1&size=5 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${service.world.root.key}\r\n\r\n`,
    'OPTIONS /x-users HTTP/1.1\r\nhost: x\r\naccess-control-request-headers: a, b\r\n\r\n',
  ];
  const inputs = Array.from({ length: ROUNDS }, (_, index) => {
    const bytes = Buffer.from(heads[index % heads.length]!);
    const head = bytes.indexOf('\r\n\r\n') + 4;
    return Buffer.concat([mutateBytes(bytes.subarray(0, head), random), bytes.subarray(head)]);
  });
  await fuzz(inputs, async (bytes) => {
    const { answers } = await exchangeRaw(service.url, [bytes], { ending: 'half-close' });
    for (const { status } of answers) {
      assert.ok(status < 500, `${bytes.toString('latin1')} → ${status}`);
    }
  });
});
