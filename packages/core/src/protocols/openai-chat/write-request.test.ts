import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message, Part } from '../neutral/parts.ts';
import type { NeutralRequest, ReasoningWish } from '../neutral/request.ts';
import type { WireTarget } from '../wire.ts';
import { chatUpstream } from './index.ts';

const TARGET: WireTarget = { model: 'up', canonical: 'gpt-5.6-sol', includeUsage: true };

const BARE: NeutralRequest = {
  messages: [{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }],
  tools: [],
  sampling: {},
  choices: 1,
  isStream: false,
  extras: [],
};

interface Body {
  readonly messages: Record<string, unknown>[];
  readonly [field: string]: unknown;
}

function write(request: Partial<NeutralRequest>, target: Partial<WireTarget> = {}) {
  const encoded = chatUpstream.encodeRequest({ ...BARE, ...request }, { ...TARGET, ...target });
  return { body: JSON.parse(encoded.body.toString()) as Body, losses: encoded.losses };
}

function written(message: Message, canonical = TARGET.canonical) {
  return write({ messages: [message] }, { canonical }).body.messages;
}

function user(...parts: Part[]): Message {
  return { role: 'user', parts };
}

test('the least request is the model and its messages', () => {
  assert.deepEqual(write({}).body, { model: 'up', messages: [{ role: 'user', content: 'Hi' }] });
});

test('a stream asks for usage where the upstream understands that', () => {
  const { body } = write({ isStream: true });
  assert.deepEqual([body.stream, body.stream_options], [true, { include_usage: true }]);
  assert.equal(write({ isStream: true }, { includeUsage: false }).body.stream_options, undefined);
});

test('the bound of the output goes to the field that the target knows', () => {
  assert.equal(write({ maxOutputTokens: 9 }).body.max_completion_tokens, 9);
  assert.equal(write({ maxOutputTokens: 9 }, { canonical: 'glm-5' }).body.max_tokens, 9);
  assert.equal(write({ maxOutputTokens: 9 }, { outputField: 'max_tokens' }).body.max_tokens, 9);
  assert.equal(write({}, { outputBound: 5 }).body.max_completion_tokens, 5);
  assert.equal(write({ maxOutputTokens: 9 }, { outputBound: 5 }).body.max_completion_tokens, 9);
});

test('a bound above the longest answer of the model is that answer', () => {
  const { body, losses } = write({ maxOutputTokens: 64_000 }, { maxOutputTokens: 16_384 });
  assert.equal(body.max_completion_tokens, 16_384);
  assert.deepEqual(losses, []);
});

test('texts are one string where the host may not take a list', () => {
  const message = user({ type: 'text', text: 'A' }, { type: 'text', text: 'B' });
  assert.equal(written(message, 'llama-4-scout')[0]?.content, 'A\n\nB');
  assert.ok(Array.isArray(written(message)[0]?.content));
});

test('results go right behind the calls, images of them into a message of the user', () => {
  const image = { kind: 'url', url: 'https://example.org/a.png' } as const;
  const message = user(
    { type: 'text', text: 'See?' },
    {
      type: 'toolResult',
      callId: 'a',
      name: 'f',
      content: [{ type: 'image', source: image }],
    },
    { type: 'toolResult', callId: 'b', name: 'f', content: [{ type: 'text', text: 'B' }] },
  );
  assert.deepEqual(
    written(message).map(({ role, content }) => [role, content]),
    [
      ['tool', 'The result follows in the next message.'],
      ['tool', 'B'],
      [
        'user',
        [
          { type: 'text', text: 'Content of the result of a:' },
          { type: 'image_url', image_url: { url: image.url } },
        ],
      ],
      ['user', 'See?'],
    ],
  );
});

test('breakpoints go to models whose hosts know them only', () => {
  const message = user({ type: 'text', text: 'A', cache: { ttl: '1h' } });
  assert.deepEqual(written(message, 'claude-sonnet-4-6')[0]?.content, [
    { type: 'text', text: 'A', cache_control: { type: 'ephemeral', ttl: '1h' } },
  ]);
  assert.equal(written(message)[0]?.content, 'A');
});

test('a document that is text is sent as text', () => {
  const data = Buffer.from('Grüße').toString('base64');
  const source = { kind: 'data', data, mediaType: 'text/plain' } as const;
  const [message] = written(user({ type: 'file', source, name: 'a.txt' }));
  assert.deepEqual(message?.content, [{ type: 'text', text: 'a.txt\n\nGrüße' }]);
});

test('what a message cannot say is a loss that names message and part', () => {
  const url = { kind: 'url', url: 'https://example.org/a' } as const;
  const file = { kind: 'file', id: 'f', origin: 'messages' } as const;
  const { body, losses } = write({
    messages: [
      { role: 'system', parts: [{ type: 'text', text: 'S' }] },
      user(
        { type: 'text', text: 'Hi' },
        { type: 'audio', source: url },
        { type: 'file', source: url },
        { type: 'file', source: file },
        { type: 'image', source: file },
        { type: 'opaque', origin: 'messages', value: {} },
      ),
    ],
  });
  assert.deepEqual(
    losses.map((loss) => 'message' in loss && [loss.message, loss.part]),
    [1, 2, 3, 4, 5].map((part) => [1, part]),
  );
  assert.deepEqual(body.messages[1]?.content, [{ type: 'text', text: 'Hi' }]);
});

test('ids of calls that the model would refuse are changed alike in call and result', () => {
  const id = 'toolu_01ABCDEFGHIJKLMNOPQRSTUVWXYZ_and_more';
  const messages: Message[] = [
    { role: 'assistant', parts: [{ type: 'toolCall', id, name: 'f', arguments: '' }] },
    user({ type: 'toolResult', callId: id, name: 'f', content: [] }),
  ];
  const ids = (canonical: string) => {
    const [call, result] = write({ messages }, { canonical }).body.messages;
    const [first] = (call?.tool_calls ?? []) as { id: string }[];
    return [first?.id, result?.tool_call_id];
  };
  for (const [canonical, pattern] of [
    ['gpt-5', /^call_\w{24}$/],
    ['mistral-large-2512', /^[A-Za-z0-9]{9}$/],
    ['glm-5', /^toolu_01ABC.*more$/],
  ] as const) {
    const [call, result] = ids(canonical);
    assert.match(String(call), pattern);
    assert.equal(result, call);
  }
  assert.equal(ids('glm-5')[0], id);
});

test('arguments are JSON even where there are none', () => {
  const call = { type: 'toolCall', id: 'a', name: 'f', arguments: '' } as const;
  const [message] = written({ role: 'assistant', parts: [call] });
  assert.deepEqual(message?.tool_calls, [
    { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } },
  ]);
  assert.equal(message?.content, null);
});

test('seals go back to where they came from, and to nobody else', () => {
  const parts: Part[] = [
    {
      type: 'reasoning',
      text: 'Own',
      seal: { origin: 'chat', data: '{"type":"reasoning.text","signature":"s"}' },
    },
    { type: 'reasoning', text: 'Foreign', seal: { origin: 'messages', data: 'secret' } },
    { type: 'text', text: 'T' },
    {
      type: 'toolCall',
      id: 'a',
      name: 'f',
      arguments: '{}',
      seal: { origin: 'gemini', data: 'secret' },
    },
  ];
  const [message] = written({ role: 'assistant', parts });
  assert.deepEqual(message?.reasoning_details, [
    { type: 'reasoning.text', signature: 's', text: 'Own', index: 0 },
  ]);
  assert.ok(!JSON.stringify(message).includes('secret'));
  assert.equal(message?.reasoning_content, undefined);
});

test('models that want their thoughts back get them, or a blank before a call', () => {
  const call = { type: 'toolCall', id: 'a', name: 'f', arguments: '{}' } as const;
  const thought = { type: 'reasoning', text: 'Hm.' } as const;
  const content = (...parts: Part[]) =>
    written({ role: 'assistant', parts }, 'deepseek-v4-pro')[0]?.reasoning_content;
  assert.equal(content(thought, call), 'Hm.');
  assert.equal(content(call), ' ');
  assert.equal(content({ type: 'text', text: 'A' }), undefined);
});

test('a refusal is said where the vendor has no field for it', () => {
  const message: Message = { role: 'assistant', parts: [{ type: 'refusal', text: 'No.' }] };
  assert.deepEqual(written(message)[0], { role: 'assistant', content: null, refusal: 'No.' });
  assert.deepEqual(written(message, 'glm-5')[0], { role: 'assistant', content: 'No.' });
});

test('thinking is asked for in the words of the model', () => {
  const cases: [string, ReasoningWish, object][] = [
    ['gpt-5.6-sol', { effort: 'high' }, { reasoning_effort: 'high' }],
    ['gpt-5.6-sol', { effort: 'max' }, { reasoning_effort: 'xhigh' }],
    ['gpt-5.6-sol', { budget: 0 }, { reasoning_effort: 'none' }],
    ['gpt-5.6-sol', { budget: 16_000 }, { reasoning_effort: 'medium' }],
    ['gpt-5.6-sol', { isAdaptive: true }, {}],
    ['gpt-5.6-sol', { isShown: true }, {}],
    ['gpt-5', { effort: 'none' }, { reasoning_effort: 'minimal' }],
    ['o4-mini', { effort: 'xhigh' }, { reasoning_effort: 'high' }],
    [
      'deepseek-v4-pro',
      { effort: 'max' },
      { thinking: { type: 'enabled' }, reasoning_effort: 'max' },
    ],
    ['deepseek-v4-pro', { effort: 'none' }, { thinking: { type: 'disabled' } }],
    ['glm-5', { budget: 4_000 }, { thinking: { type: 'enabled' } }],
    ['qwen3-max', { budget: 4_000 }, { enable_thinking: true, thinking_budget: 4_000 }],
    ['qwen3-max', { effort: 'none' }, { enable_thinking: false }],
    ['grok-4', { effort: 'high' }, {}],
    ['gpt-4o', { isAdaptive: true }, {}],
    ['gpt-4o', { effort: 'none' }, {}],
  ];
  for (const [canonical, reasoning, fields] of cases) {
    const { body, losses } = write({ reasoning }, { canonical });
    const { model: _, messages: __, ...rest } = body;
    assert.deepEqual([rest, losses], [fields, []], `${canonical} ${JSON.stringify(reasoning)}`);
  }
});

test('thinking that cannot be had, or not be stopped, is a loss', () => {
  const lost = (canonical: string, reasoning: ReasoningWish) =>
    write({ reasoning }, { canonical }).losses.map((loss) => 'ability' in loss && loss.ability);
  assert.deepEqual(lost('gpt-4o', { effort: 'high' }), ['reasoning']);
  assert.deepEqual(lost('gpt-4o', { budget: 4_000 }), ['reasoning']);
  assert.deepEqual(lost('grok-4', { effort: 'none' }), ['reasoning']);
});

test('what the model cannot do is a loss', () => {
  const { losses } = write({
    tools: [{ type: 'hosted', origin: 'gemini', name: 'web_search', value: {} }],
    sampling: { topK: 40, stop: ['1', '2', '3', '4', '5'] },
    extras: [{ origin: 'gemini', field: 'safetySettings', value: [] }],
  });
  assert.deepEqual(
    losses.map((loss) => ('ability' in loss ? loss.ability : 'field' in loss && loss.field)),
    ['hostedTools', 'topK', 'stop', 'safetySettings'],
  );
  const other = write(
    { tools: [{ type: 'custom', name: 'g' }], verbosity: 'low', sampling: { topK: 40 } },
    { canonical: 'llama-4-scout' },
  );
  assert.deepEqual(
    other.losses.map((loss) => 'ability' in loss && loss.ability),
    ['customTools', 'verbosity'],
  );
  assert.equal(other.body.top_k, 40);
});

test('a search is asked for where the model can', () => {
  const tools = [{ type: 'hosted', origin: 'messages', name: 'web_search', value: {} } as const];
  const { body, losses } = write({ tools }, { canonical: 'gpt-5-search-api' });
  assert.deepEqual([body.web_search_options, body.tools, losses], [{}, undefined, []]);
});

test('hints go to upstreams that take them, in silence to nobody else', () => {
  const hints = {
    user: 'u',
    promptCacheKey: 'k',
    serviceTier: 'auto',
    metadata: { a: 'b' },
    sampling: { seed: 7 },
  };
  const { body, losses } = write(hints, { canonical: 'mistral-large-2512' });
  const { model: _, messages: __, ...rest } = body;
  assert.deepEqual([rest, losses], [{ random_seed: 7 }, []]);
  const stored = write({ ...hints, extras: [{ origin: 'chat', field: 'store', value: true }] });
  assert.deepEqual(stored.body.metadata, { a: 'b' });
  assert.equal(write(hints).body.metadata, undefined);
});

test('what a host does not take is left out, and is a loss where that changes the answer', () => {
  const request = {
    user: 'u',
    serviceTier: 'default',
    tools: [{ type: 'function', name: 'f' } as const],
    toolChoice: { mode: 'auto' } as const,
    sampling: { seed: 7, temperature: 1, logprobs: false },
    choices: 2,
    extras: [{ origin: 'chat', field: 'min_p', value: 0.1 } as const],
  };
  const unsupported = ['user', 'service_tier', 'tool_choice', 'seed', 'logprobs', 'n', 'min_p'];
  const { body, losses } = write(request, { unsupported });
  assert.deepEqual(Object.keys(body), ['model', 'messages', 'tools', 'temperature']);
  assert.deepEqual(
    losses.map((loss) => ('ability' in loss ? loss.ability : 'field' in loss && loss.field)),
    ['seed', 'choices', 'min_p'],
  );
});

test('a vendor prefix of the canonical name does not hide the family', () => {
  assert.equal(
    write({ maxOutputTokens: 1 }, { canonical: 'openai/gpt-5' }).body.max_tokens,
    undefined,
  );
});
