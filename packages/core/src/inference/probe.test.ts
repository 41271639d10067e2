import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock, type FakeClock } from '@meridian/testkit';
import { Secret } from '../kernel/index.ts';
import {
  chatClient,
  chatPassage,
  chatUpstream,
  messagesUpstream,
  openaiChat,
} from '../protocols/index.ts';
import {
  createProviderRegistry,
  type ProviderKind,
  type Transport,
  type UpstreamKey,
  type UpstreamListener,
  type UpstreamRequest,
} from '../providers/index.ts';
import { createEmbeddingsSurface } from './embedding-surfaces.ts';
import { createProbe, type ProbeKind, type ProbeResult } from './probe.ts';
import { createRunningAnswers } from './running-answers.ts';
import { createChatSurface } from './surfaces.ts';
import { createRerankSurface } from './text-surfaces.ts';

const SECRET = 'sk-probe-canary-0123456789';

interface Sent {
  readonly request: UpstreamRequest;
  readonly listener: UpstreamListener;
}

function surfaces() {
  const chat = createChatSurface({
    name: 'chat',
    client: chatClient,
    dialect: openaiChat,
    passage: chatPassage,
    upstreams: [chatUpstream, messagesUpstream],
  });
  const all = [chat, createEmbeddingsSurface('embeddings'), createRerankSurface('rerank')];
  return new Map(all.map((surface) => [surface.name, surface]));
}

function keyAt(baseUrl: string): UpstreamKey {
  const { host } = new URL(baseUrl);
  return { baseUrl, host, secret: new Secret(SECRET), config: { providerType: 'standard' } };
}

function world(clock: FakeClock = createFakeClock()) {
  const sent: Sent[] = [];
  const running = createRunningAnswers(clock);
  const transport: Transport = {
    send(request, listener) {
      sent.push({ request, listener });
      return { pause: () => undefined, resume: () => undefined, abort: () => undefined };
    },
  };
  const providers = createProviderRegistry();
  const sizes = { sizeOf: () => ({}) };
  const probe = createProbe({ transport, running, sizes, clock, surfaces: surfaces() });

  /** Begins a call; `play` is how the upstream answers it. */
  function ask(kind: ProbeKind, at: { type: ProviderKind; url: string }): Promise<ProbeResult> {
    const names = { model: 'small', upstreamModel: 'small-2026' };
    const target = { provider: providers.get(at.type), key: keyAt(at.url), ...names };
    const call = probe.prepare(kind, target);
    assert.ok(call, 'there is a way');
    return call();
  }

  function reply(status: number, body: object | string): void {
    const { listener } = sent.at(-1)!;
    listener.onHead(status, () => undefined);
    listener.onData(Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));
    listener.onEnd();
  }

  return { sent, running, probe, providers, ask, reply, clock };
}

const OPENAI = { type: 'standard', url: 'https://api.openai.com' } as const;
const ANTHROPIC = { type: 'anthropic', url: 'https://api.anthropic.com' } as const;
const bodyOf = ({ request }: Sent) => JSON.parse(request.body.toString());

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'small-2026',
  choices: [{ index: 0, message: { role: 'assistant', content: 'H' }, finish_reason: 'length' }],
  usage: { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 },
};

test('a chat is asked for one token, under the upstream’s name, with the key', async () => {
  const { ask, reply, sent, clock } = world();
  const result = ask('chat', OPENAI);
  clock.advance(250);
  reply(200, COMPLETION);
  const { request } = sent[0]!;
  assert.equal(`${request.origin}${request.path}`, 'https://api.openai.com/v1/chat/completions');
  assert.ok(request.headers.includes(`Bearer ${SECRET}`));
  assert.equal(request.reach, 'public');
  const body = bodyOf(sent[0]!);
  assert.equal(body.model, 'small-2026');
  assert.equal(body.max_tokens ?? body.max_completion_tokens, 1);
  const gave = await result;
  assert.deepEqual(
    [gave.ok, gave.status, gave.endpoint, gave.cause],
    [true, 200, 'chat', undefined],
  );
  assert.equal(gave.latencyMs, 250);
});

test('a provider with a wire of its own is asked on that', async () => {
  const { ask, reply, sent } = world();
  const result = ask('chat', ANTHROPIC);
  assert.equal(sent[0]!.request.path, '/v1/messages');
  assert.equal(bodyOf(sent[0]!).max_tokens, 1);
  const message = {
    ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'small-2026' },
    content: [{ type: 'text', text: 'H' }],
    ...{ stop_reason: 'max_tokens', stop_sequence: null },
    usage: { input_tokens: 8, output_tokens: 1 },
  };
  reply(200, message);
  assert.deepEqual([(await result).ok, (await result).endpoint], [true, 'messages']);
});

test('what only embeds or ranks is asked for that', () => {
  const { ask, sent, providers, probe } = world();
  const jina = { type: 'jina', url: 'https://api.jina.ai' } as const;
  void ask('embedding', jina);
  assert.match(sent[0]!.request.path, /embeddings$/);
  void ask('rerank', jina);
  assert.match(sent[1]!.request.path, /rerank$/);
  const target = { provider: providers.get('jina'), key: keyAt(jina.url), model: 'm' };
  assert.equal(probe.prepare('chat', { ...target, upstreamModel: 'm' }), undefined);
});

const FAILURES = [
  { status: 401, cause: 'auth', says: 'Incorrect API key provided.' },
  { status: 429, cause: 'rate', says: 'Rate limit reached.' },
  { status: 400, cause: 'caller', says: 'The model does not exist.' },
  { status: 500, cause: 'overload', says: 'Something broke.' },
] as const;

for (const { status, cause, says } of FAILURES) {
  test(`a reply with ${status} fails with its cause and in the upstream’s words`, async () => {
    const { ask, reply } = world();
    const result = ask('chat', OPENAI);
    reply(status, { error: { message: says } });
    const gave = await result;
    assert.deepEqual([gave.ok, gave.status, gave.message], [false, status, says]);
    assert.equal(gave.cause, cause);
  });
}

test('the key is cut out of what the upstream says', async () => {
  const { ask, reply } = world();
  const result = ask('chat', OPENAI);
  reply(401, { error: { message: `The key ${SECRET} is wrong.` } });
  assert.doesNotMatch((await result).message ?? '', /canary/);
});

test('an answer that nobody can read is no success', async () => {
  const { ask, reply } = world();
  const result = ask('chat', OPENAI);
  reply(200, '<html>Welcome</html>');
  const gave = await result;
  assert.deepEqual([gave.ok, gave.cause], [false, 'protocol']);
});

test('a fault is told in words that name no address', async () => {
  const { ask, sent } = world();
  const result = ask('chat', OPENAI);
  sent[0]!.listener.onFault({ kind: 'refused_address', message: '10.0.0.7 is private' });
  const gave = await result;
  assert.deepEqual([gave.ok, gave.status, gave.cause], [false, undefined, 'network']);
  assert.doesNotMatch(gave.message ?? '', /10\.0/);
});

test('an upstream that says nothing is given up after 30 s', async () => {
  const { ask, clock } = world();
  const result = ask('chat', OPENAI);
  clock.advance(31_000);
  const gave = await result;
  assert.deepEqual([gave.ok, gave.message], [false, 'No answer came in time.']);
});

test('a server that stops makes no calls, and ends those under way', async () => {
  const { ask, running } = world();
  const underWay = ask('chat', OPENAI);
  running.stopAll();
  await assert.rejects(underWay, { code: 'service_unavailable' });
  await assert.rejects(ask('chat', OPENAI), { code: 'service_unavailable' });
});
